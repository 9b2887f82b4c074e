import { createHash } from 'node:crypto';
import path from 'node:path';
import { ifAbsent, makeFolder, newRunId, readStart, writeFileAtomic } from '@codex-orch/core';
import { z } from 'zod';
import { orchHome, secureOrchHome } from '../orch-home.js';

type Env = NodeJS.ProcessEnv;

const submissionSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** The run of each goal, by the goal's id. */
  runIds: z.record(z.string(), z.string()),
});

const maxBytes = 1024 * 1024;

const folderOf = (env: Env): string => path.join(orchHome(env), 'submitted');

/** Where the files of a run that another machine works on are put for its judge. */
export const fetchedDir = (env: Env, runId: string): string => path.join(folderOf(env), 'runs', runId);

/**
 * The run ids of goals that are submitted to a database: decided and kept before anything is submitted, so that the same goals, given
 * again, are followed and not begun twice. `again` begins them anew.
 */
export async function submissionOf(
  env: Env,
  submitted: { readonly repository: string; readonly contentSha256: string; readonly database: string },
  ids: readonly string[],
  { again }: { readonly again: boolean },
): Promise<{ readonly runIds: Readonly<Record<string, string>>; readonly isNew: boolean }> {
  await secureOrchHome(env);
  const name = createHash('sha256').update(JSON.stringify(submitted)).digest('hex').slice(0, 32);
  const file = path.join(folderOf(env), `${name}.json`);
  const known = again ? undefined : await ifAbsent(readStart(file, { maxBytes }), undefined);
  if (known) {
    const { runIds } = submissionSchema.parse(JSON.parse(known.bytes.toString('utf8')));
    return { runIds, isNew: false };
  }
  let last: string | undefined;
  const runIds = Object.fromEntries(ids.map((id) => [id, (last = newRunId(last))]));
  await makeFolder(folderOf(env), { mode: 0o700 });
  await writeFileAtomic(file, `${JSON.stringify({ schemaVersion: 1, runIds }, undefined, 2)}\n`);
  return { runIds, isNew: true };
}
