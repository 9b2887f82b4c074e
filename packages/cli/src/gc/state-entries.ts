import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, isRunId } from '@codex-orch/core';
import { isRealFolder } from '../compose/presence.js';

/** Something in the state folder that belongs to one run. */
export interface StateEntry {
  readonly kind: 'workspace' | 'partial-workspace' | 'codex-home' | 'note';
  readonly runId: string;
  /** Absolute real path. */
  readonly path: string;
  readonly modifiedMs: number;
}

const folders = [
  { folder: 'workspaces', kind: 'workspace', suffix: '' },
  { folder: 'workspaces', kind: 'partial-workspace', suffix: '.partial' },
  { folder: 'codex', kind: 'codex-home', suffix: '' },
  { folder: 'runs', kind: 'note', suffix: '.json' },
] as const;

/**
 * What the state folder holds, by its names alone: nothing that is a symbolic link, and nothing that this program did not name,
 * so that no path can lead out of it.
 */
export async function listState(home: string): Promise<readonly StateEntry[]> {
  const found: StateEntry[] = [];
  const root = await ifAbsent(realpath(home), undefined);
  if (root === undefined) return found;
  for (const { folder, kind, suffix } of folders) {
    const dir = path.join(root, folder);
    if (!(await isRealFolder(dir))) continue;
    for (const entry of await readdir(dir, { withFileTypes: true })) {
      const runId = entry.name.slice(0, 26);
      if (!isRunId(runId) || entry.name !== `${runId}${suffix}` || entry.isSymbolicLink()) continue;
      if (entry.isDirectory() !== (kind !== 'note')) continue;
      const file = path.join(dir, entry.name);
      const stat = await ifAbsent(lstat(file), undefined);
      if (stat) found.push({ kind, runId, path: file, modifiedMs: stat.mtimeMs });
    }
  }
  return found;
}

/** Bytes on the disk of a file, or of a folder with all that is in it; links count as themselves. */
export async function sizeOf(file: string): Promise<number> {
  const entry = await lstat(file).catch(() => undefined);
  if (!entry) return 0;
  let bytes = entry.blocks * 512;
  if (!entry.isDirectory()) return bytes;
  for (const name of await readdir(file).catch(() => [])) bytes += await sizeOf(path.join(file, name));
  return bytes;
}
