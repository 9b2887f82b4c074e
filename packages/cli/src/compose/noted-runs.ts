import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isRunId, RunLayout, type RunLocation, writeFileAtomic } from '@codex-orch/core';
import { z } from 'zod';
import { runsDir } from './orch-home.js';

type Env = Readonly<Record<string, string | undefined>>;

const noteSchema = z.object({ schemaVersion: z.literal(1), taskId: z.string(), repository: z.string() });

const noteFile = (env: Env, runId: string): string => path.join(runsDir(env), `${runId}.json`);

/** Notes to which repository a run belongs, so that what it leaves outside of it can be told from what nobody needs. */
export async function noteRun(env: Env, { runId, taskId, dir }: RunLocation): Promise<void> {
  await mkdir(runsDir(env), { recursive: true });
  const note: z.infer<typeof noteSchema> = { schemaVersion: 1, taskId, repository: path.resolve(dir, '../../..') };
  // Written again by the next execution, so it need not be synced.
  await writeFileAtomic(noteFile(env, runId), `${JSON.stringify(note)}\n`, { durable: false });
}

/** A run that was noted: where it is, whether or not it still is there. */
export interface NotedRun extends RunLocation {
  readonly repository: string;
}

/** What was noted of a run; undefined when nothing was, or when it cannot be understood. */
export async function readNote(env: Env, runId: string): Promise<NotedRun | undefined> {
  if (!isRunId(runId)) return undefined;
  try {
    const { taskId, repository } = noteSchema.parse(JSON.parse(await readFile(noteFile(env, runId), 'utf8')));
    return { ...new RunLayout(repository).place(taskId, runId), repository };
  } catch {
    return undefined;
  }
}
