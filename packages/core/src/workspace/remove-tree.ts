import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Removes a folder of ours with all it holds, also where its folders were made read-only. Links are removed, never followed. */
export async function removeTree(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await makeFoldersWritable(dir);
    await rm(dir, { recursive: true, force: true });
  }
}

async function makeFoldersWritable(dir: string): Promise<void> {
  if (!(await lstat(dir)).isDirectory()) return;
  await chmod(dir, 0o700);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeFoldersWritable(path.join(dir, entry.name));
  }
}
