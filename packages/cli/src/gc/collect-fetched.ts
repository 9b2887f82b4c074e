import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isRunId } from '@codex-orch/core';
import { fetchedRunsDir } from '../compose/fleet-database/fetched-run.js';
import type { Garbage, GarbageOptions, Removed } from './collect-garbage.js';
import { isRealFolder, newestIn } from '../compose/presence.js';
import { removeRecorded } from './remove-recorded.js';

/**
 * Removes what was fetched of runs of other machines for their judge. Those machines and the store that they share have it all, and it
 * is fetched again whenever it is asked for.
 *
 * Each removal is in the audit log before it begins. Throws `AuditUnavailableError`.
 */
export async function collectFetched(options: GarbageOptions): Promise<Garbage> {
  const before = Date.now() - (options.olderThanMs ?? options.resumableMs);
  const root = fetchedRunsDir(options.env);
  const removed: Removed[] = [];
  for (const runId of (await isRealFolder(root)) ? await readdir(root) : []) {
    const dir = path.join(root, runId);
    if (!isRunId(runId) || !(await isRealFolder(dir)) || (await newestIn(dir)) > before) continue;
    removed.push(await removeRecorded({ kind: 'fetched-run', runId, path: dir }, options));
  }
  return { removed, masked: [], kept: [] };
}
