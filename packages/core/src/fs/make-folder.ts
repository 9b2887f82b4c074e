import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeError } from './errors.js';

/**
 * Makes a folder, and those above it, unless it is there. Throws `NotWritableError` and `DiskFullError`.
 *
 * Node's own way answers a read-only disk with "no such file or directory", and never ends where a file system takes no folders.
 */
export async function makeFolder(folder: string, { mode }: { readonly mode?: number | undefined } = {}): Promise<void> {
  try {
    await make(folder, mode);
  } catch (error) {
    throw writeError(folder, error);
  }
}

async function make(folder: string, mode: number | undefined): Promise<void> {
  try {
    await mkdirIfAbsent(folder, mode);
  } catch (error) {
    const above = path.dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    await make(above, mode);
    // Once only: some file systems say so although the folder above is there.
    await mkdirIfAbsent(folder, mode);
  }
}

async function mkdirIfAbsent(folder: string, mode: number | undefined): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    // On a disk that is read-only, what is there is not said to be.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || !(await isFolder(folder))) throw error;
  }
}

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
