import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, makeFolder, OrchError, writeFileAtomic } from '@codex-orch/core';
import { isIntegrationId } from '@codex-orch/core/integration';
import { z } from 'zod';
import { orchHome, secureOrchHome } from '../orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

const noteSchema = z.object({ schemaVersion: z.literal(1), repository: z.string() });

const placesDir = (env: Env): string => path.join(orchHome(env), 'integrations');

/** Where the work tree of an integration is, and the note that it was made here. */
export const integrationPlace = (env: Env, id: string): string => path.join(placesDir(env), id);

export const integrationWorkspace = (env: Env, id: string): string => path.join(integrationPlace(env, id), 'workspace');

/** Holds what Codex needs to confine the tests; it never gets a credential. */
export const integrationCodexHome = (env: Env, id: string): string => path.join(integrationPlace(env, id), 'codex');

const noteFile = (env: Env, id: string): string => path.join(integrationPlace(env, id), 'note.json');

/** Nothing says that an integration was made here: it may have come with the files of the repository, green tests and all. */
class IntegrationNotNotedError extends OrchError {
  readonly code = 'integration-not-noted';

  constructor(id: string, home: string) {
    super(`Integration ${id} was not made here: ${home} knows nothing of it.`, {
      hint: 'If it came with the repository, do not trust it: remove its directory and integrate the runs anew.',
    });
  }
}

/** Notes that an integration is made here. Throws what `secureOrchHome` throws. */
export async function noteIntegration(env: Env, id: string, repository: string): Promise<void> {
  await secureOrchHome(env);
  await makeFolder(integrationPlace(env, id), { mode: 0o700 });
  const note: z.infer<typeof noteSchema> = { schemaVersion: 1, repository };
  await writeFileAtomic(noteFile(env, id), `${JSON.stringify(note)}\n`);
}

/** Ids of the integrations that left something outside of their repositories, the oldest first. Links are none. */
export async function placedIntegrations(env: Env): Promise<readonly string[]> {
  const entries = await ifAbsent(readdir(placesDir(env), { withFileTypes: true }), []);
  return entries.filter((entry) => entry.isDirectory() && isIntegrationId(entry.name)).map(({ name }) => name);
}

/** The repository that an integration was made in, by this user; undefined where nothing was noted that can be understood. */
export async function repositoryOfIntegration(env: Env, id: string): Promise<string | undefined> {
  const text = await ifAbsent(readFile(noteFile(env, id), 'utf8'), '');
  try {
    return noteSchema.parse(JSON.parse(text)).repository;
  } catch {
    return undefined;
  }
}

/** Whether an integration was made by this user in this repository. */
export const isNoted = async (env: Env, id: string, repository: string): Promise<boolean> =>
  (await repositoryOfIntegration(env, id)) === repository;

/** Throws {@link IntegrationNotNotedError}. */
export async function assertIntegrationNoted(env: Env, id: string, repository: string): Promise<void> {
  if (!(await isNoted(env, id, repository))) throw new IntegrationNotNotedError(id, orchHome(env));
}
