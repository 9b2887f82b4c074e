import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, OrchError, writeFileAtomic } from '@codex-orch/core';
import { z } from 'zod';
import { orchHome, secureOrchHome } from '../orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

const noteSchema = z.object({ schemaVersion: z.literal(1), repository: z.string() });

/** Where the work tree of an integration is, and the note that it was made here. */
const placeOf = (env: Env, id: string): string => path.join(orchHome(env), 'integrations', id);

export const integrationWorkspace = (env: Env, id: string): string => path.join(placeOf(env, id), 'workspace');

/** Holds what Codex needs to confine the tests; it never gets a credential. */
export const integrationCodexHome = (env: Env, id: string): string => path.join(placeOf(env, id), 'codex');

const noteFile = (env: Env, id: string): string => path.join(placeOf(env, id), 'note.json');

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
  await makeFolder(placeOf(env, id), { mode: 0o700 });
  const note: z.infer<typeof noteSchema> = { schemaVersion: 1, repository };
  await writeFileAtomic(noteFile(env, id), `${JSON.stringify(note)}\n`);
}

/** Whether an integration was made by this user in this repository. */
export async function isNoted(env: Env, id: string, repository: string): Promise<boolean> {
  const text = await readFile(noteFile(env, id), 'utf8').catch(() => '');
  try {
    return noteSchema.parse(JSON.parse(text)).repository === repository;
  } catch {
    return false;
  }
}

/** Throws {@link IntegrationNotNotedError}. */
export async function assertIntegrationNoted(env: Env, id: string, repository: string): Promise<void> {
  if (!(await isNoted(env, id, repository))) throw new IntegrationNotNotedError(id, orchHome(env));
}
