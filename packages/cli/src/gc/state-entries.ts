import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { isRunId } from '@codex-orch/core';

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

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * What the state folder holds, by its names alone: nothing that is a symbolic link, and nothing that this program did not name,
 * so that no path can lead out of it.
 */
export async function listState(home: string): Promise<readonly StateEntry[]> {
  const found: StateEntry[] = [];
  let root: string;
  try {
    root = await realpath(home);
  } catch (error) {
    if (isMissing(error)) return found;
    throw error;
  }
  for (const { folder, kind, suffix } of folders) {
    const dir = path.join(root, folder);
    const isFolder = await lstat(dir).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    if (!isFolder) continue;
    for (const entry of await readdir(dir, { withFileTypes: true })) {
      const runId = entry.name.slice(0, 26);
      if (!isRunId(runId) || entry.name !== `${runId}${suffix}` || entry.isSymbolicLink()) continue;
      if (entry.isDirectory() !== (kind !== 'note')) continue;
      const file = path.join(dir, entry.name);
      const stat = await lstat(file).catch(() => undefined);
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
