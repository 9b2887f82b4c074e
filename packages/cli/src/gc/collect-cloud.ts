import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { FileCloudStore } from '@codex-orch/cloud-adapter';
import { ifAbsent, isRunId, OrchError } from '@codex-orch/core';
import { cloudHomeDir, looseTasksRoot, syncDir } from '../compose/cloud/cloud-place.js';
import { readNote } from '../compose/noted-runs.js';
import type { Garbage, GarbageOptions, Removed } from './collect-garbage.js';
import { isRealFolder, newestIn } from '../compose/presence.js';
import { removeRecorded } from './remove-recorded.js';

const day = 86_400_000;

/** Until then a submission that was cut off can be given again, and its task be found. */
const cutOffMs = 30 * day;

/**
 * Removes what work with Codex Cloud left outside of runs: tasks that were submitted by hand, receipts of summaries whose run is gone,
 * and the Codex home of `codex cloud`, which is made anew whenever it is needed.
 *
 * Each removal is in the audit log before it begins. Throws `AuditUnavailableError`.
 */
export async function collectCloud(options: GarbageOptions): Promise<Garbage> {
  const age = options.olderThanMs ?? options.resumableMs;
  const removed: Removed[] = [];
  const kept: { runId: string; why: string }[] = [];
  for (const { runId, file, modifiedMs } of await receipts(options.env)) {
    if (!isOld(modifiedMs, age) || (await readNote(options.env, runId))) continue;
    removed.push(await removeRecorded({ kind: 'cloud-receipt', runId, path: file }, options));
  }
  for (const folder of await foldersIn(looseTasksRoot(options.env))) {
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      const why = await whyTaskKept(file, age);
      if (why !== undefined) kept.push({ runId: name, why });
      else if (isOld(await newestIn(file), age))
        removed.push(await removeRecorded({ kind: 'cloud-task', runId: name, path: file }, options));
    }
  }
  const home = cloudHomeDir(options.env);
  // A goal that waits for its task calls on it now and then.
  if (await isRealFolder(home))
    if (isOld(await newestIn(home), Math.max(age, day)))
      removed.push(await removeRecorded({ kind: 'cloud-home', runId: 'codex-cloud', path: home }, options));
  return { removed, masked: [], kept };
}

const isOld = (modifiedMs: number, ageMs: number): boolean => modifiedMs <= Date.now() - ageMs;

async function receipts(
  env: GarbageOptions['env'],
): Promise<readonly { readonly runId: string; readonly file: string; readonly modifiedMs: number }[]> {
  const dir = syncDir(env);
  const names = (await isRealFolder(dir)) ? await readdir(dir) : [];
  const found = await Promise.all(
    names.map(async (name) => {
      const runId = name.slice(0, -'.json'.length);
      const file = path.join(dir, name);
      const entry = name.endsWith('.json') && isRunId(runId) ? await ifAbsent(lstat(file), undefined) : undefined;
      return entry?.isFile() === true ? [{ runId, file, modifiedMs: entry.mtimeMs }] : [];
    }),
  );
  return found.flat();
}

/** The folders of repositories that loose tasks were submitted from. */
async function foldersIn(root: string): Promise<readonly string[]> {
  if (!(await isRealFolder(root))) return [];
  const entries = await readdir(root, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{32}$/.test(entry.name))
    .map(({ name }) => path.join(root, name));
}

/** Why the record of a submitted task has to stay; output that could not be understood has no such reason. */
async function whyTaskKept(file: string, ageMs: number): Promise<string | undefined> {
  if (!(await isRealFolder(file))) return undefined;
  try {
    const { turns } = await new FileCloudStore(file).load();
    const isCutOff = turns.some(({ task }) => task === null);
    if (isCutOff && !isOld(await newestIn(file), Math.max(ageMs, cutOffMs)))
      return 'its submission was cut off; the same `cloud submit` finds its task again';
    return undefined;
  } catch (error) {
    if (error instanceof OrchError) return `it is damaged: ${error.message}`;
    throw error;
  }
}
