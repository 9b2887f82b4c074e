import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Redactor } from './redactor.js';

/**
 * Overwrites every secret in the files of a folder with asterisks, for files that another program wrote and may read again.
 * Lengths stay, and so does the structure of JSON. Links are not followed. Databases go when a secret was found anywhere: they
 * split values over pages, and what they hold is derived from the other files.
 *
 * The program must have ended. Returns the names of the secrets that were found.
 */
export async function maskSecretsInFiles(folder: string, redactor: Redactor): Promise<readonly string[]> {
  if (redactor.isEmpty) return [];
  const names = new Set<string>();
  const databases: string[] = [];
  for (const file of await filesUnder(folder)) {
    if (/\.(sqlite|db)(-wal|-shm|-journal)?$/.test(file)) databases.push(file);
    for (const name of await maskFile(file, redactor)) names.add(name);
  }
  if (names.size > 0) for (const file of databases) await rm(file, { force: true });
  return [...names].sort();
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    // What is not there holds nothing. What cannot be looked into may hold anything.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

async function openWithoutFollowing(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, constants.O_RDWR | constants.O_NOFOLLOW);
  } catch (error) {
    // What has gone meanwhile, or is no file of ours to change, holds nothing that Codex wrote.
    if (['ENOENT', 'ELOOP', 'EACCES', 'ETXTBSY'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}

async function maskFile(file: string, redactor: Redactor): Promise<readonly string[]> {
  // Another name of the same file may be somebody else's.
  if ((await lstat(file)).nlink > 1) return [];
  await using handle = await openWithoutFollowing(file);
  if (!handle) return [];
  const places = await redactor.placesIn(handle.createReadStream({ start: 0, autoClose: false }));
  for (const { start, end } of places) await handle.write(Buffer.alloc(end - start, '*'), 0, end - start, start);
  return places.map(({ name }) => name);
}
