import type { Stats } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeError } from '../fs/index.js';
import { RunPlaceUnsafeError } from './errors.js';

/** Only its owner may look into a folder of ours. */
const mode = 0o700;

/** Why a folder cannot be trusted with runs: what others made, or what leads elsewhere. */
function flawOf(entry: Stats): string | undefined {
  if (entry.isSymbolicLink()) return 'it is a symbolic link';
  if (!entry.isDirectory()) return 'it is not a folder';
  const user = process.getuid?.();
  return user !== undefined && entry.uid !== user ? `it belongs to user ${entry.uid}` : undefined;
}

/** Whether the folder exists. Throws {@link RunPlaceUnsafeError} when something else does. */
export async function checkFolder(folder: string): Promise<boolean> {
  let entry: Stats;
  try {
    entry = await lstat(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const flaw = flawOf(entry);
  if (flaw !== undefined) throw new RunPlaceUnsafeError(folder, flaw);
  return true;
}

/** Makes the folder of a new run, and those above it inside `root`. Throws {@link RunPlaceUnsafeError} and `NotWritableError`. */
export async function makeRunFolder(root: string, dir: string): Promise<void> {
  for (const folder of [root, path.dirname(dir)]) {
    try {
      await mkdir(folder, { mode });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeError(dir, error);
    }
    if ((await lstat(folder)).isFile()) throw writeError(dir, Object.assign(new Error(folder), { code: 'ENOTDIR' }));
    await checkFolder(folder);
  }
  try {
    // A run's folder is always new.
    await mkdir(dir, { mode });
  } catch (error) {
    throw writeError(dir, error);
  }
}
