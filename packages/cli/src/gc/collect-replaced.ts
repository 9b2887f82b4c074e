import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isRunId, isTerminal, OrchError, readRun, type RunLocation } from '@codex-orch/core';
import { runLayout } from '../compose/noted-runs.js';
import { isRealFolder, newestIn } from '../compose/presence.js';
import type { Garbage, GarbageOptions, Removed } from './collect-garbage.js';
import { removeRecorded } from './remove-recorded.js';

/** Nobody holds a lock on what is being brought here: it may still be filled for so long after its newest file, in milliseconds. */
const fillingMs = 3_600_000;

/** What a newer directory of a run came in the place of, and what was not brought here to its end. */
const leftBeside = /^(?:(?<replaced>\w{26})\.replaced-\d+|\.(?<half>\w{26})\.restoring)$/;

/**
 * Removes the older directories of runs that moved between machines, where run directories are asked for: once the run has ended, and both
 * are old enough.
 *
 * Each removal is in the audit log before it begins. Throws `AuditUnavailableError`.
 */
export async function collectReplaced(options: GarbageOptions): Promise<Garbage> {
  const { env, runsOf } = options;
  const removed: Removed[] = [];
  const kept: { runId: string; why: string }[] = [];
  if (runsOf === undefined) return { removed, masked: [], kept };
  const { root } = runLayout(env, runsOf);
  for (const taskId of await foldersIn(root))
    for (const name of await foldersIn(path.join(root, taskId))) {
      const { replaced, half } = leftBeside.exec(name)?.groups ?? {};
      const runId = replaced ?? half ?? '';
      if (!isRunId(runId)) continue;
      const dir = path.join(root, taskId, name);
      const isFilled = half !== undefined && (await newestIn(dir)) > Date.now() - fillingMs;
      const why = isFilled
        ? 'a process may be bringing the run here'
        : await whyKept({ taskId, runId, dir: path.join(root, taskId, runId) }, dir, options);
      if (why !== undefined) kept.push({ runId, why: `${name} stays: ${why}` });
      else removed.push(await removeRecorded({ kind: 'replaced-run', runId, path: dir }, options));
    }
  return { removed, masked: [], kept };
}

/** Names of folders in a folder; no links, neither in it nor as it. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  if (!(await isRealFolder(folder))) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function whyKept(
  location: RunLocation,
  dir: string,
  { olderThanMs, resumableMs }: GarbageOptions,
): Promise<string | undefined> {
  const before = Date.now() - (olderThanMs ?? resumableMs);
  if ((await newestIn(dir)) > before) return 'it is not old enough';
  try {
    const run = await readRun(location);
    if (run && !isTerminal(run.state.phase)) return 'its run has not ended';
    return run && Date.parse(run.manifest.updatedAt) > before ? 'its run is not old enough' : undefined;
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return `its run is damaged: ${error.message}`;
  }
}
