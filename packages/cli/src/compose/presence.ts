import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isAbsence } from '@codex-orch/core';

/** Whether something is there, be it a broken link. What cannot be looked at may be there, and counts so. */
export async function isThere(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    return !isAbsence(error);
  }
}

/** Whether a folder is there, also behind a link. What cannot be looked at may be one, and counts so. */
export async function mayBeFolder(dir: string): Promise<boolean> {
  try {
    return (await stat(dir)).isDirectory();
  } catch (error) {
    return !isAbsence(error);
  }
}

/** When the last change was made to a file, or to anything in a folder; links are not followed. Milliseconds since the epoch. */
export async function newestIn(file: string): Promise<number> {
  let entry: Stats;
  try {
    entry = await lstat(file);
  } catch (error) {
    if (isAbsence(error)) return 0;
    throw error;
  }
  if (!entry.isDirectory()) return entry.mtimeMs;
  const inside = await Promise.all((await readdir(file)).map((name) => newestIn(path.join(file, name))));
  return Math.max(entry.mtimeMs, ...inside);
}

/** Whether a real folder, and no link, is in a place. */
export async function isRealFolder(dir: string): Promise<boolean> {
  try {
    return (await lstat(dir)).isDirectory();
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}
