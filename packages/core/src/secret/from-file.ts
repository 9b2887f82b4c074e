import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SecretFileModeError, SecretUnavailableError } from './errors.js';
import { maxSecretBytes } from './limits.js';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

async function openPrivately(name: string, file: string): Promise<FileHandle> {
  try {
    // Not to wait for a writer, should it be a pipe.
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw new SecretFileModeError(name, file, 'is a symbolic link');
    throw new SecretUnavailableError({ name, source: file, reason: reasons[code] ?? code, cause });
  }
}

/**
 * Reads a secret from a file that belongs to this user and that nobody else can read; one newline at its end is dropped.
 *
 * Throws {@link SecretFileModeError} and {@link SecretUnavailableError}.
 */
export async function secretFromFile(name: string, configured: string, home = os.homedir()): Promise<string> {
  const file = configured.startsWith('~/') ? path.join(home, configured.slice(2)) : configured;
  await using handle = await openPrivately(name, file);
  // Of the file that is open, not of whatever has this name by now.
  const stat = await handle.stat();
  if (!stat.isFile()) throw new SecretFileModeError(name, file, 'is no plain file');
  if (process.getuid !== undefined && stat.uid !== process.getuid())
    throw new SecretFileModeError(name, file, `belongs to user ${stat.uid}`);
  // Windows has no such bits.
  if (process.getuid !== undefined && (stat.mode & 0o077) !== 0)
    throw new SecretFileModeError(name, file, `has the mode ${(stat.mode & 0o777).toString(8)}`);
  if (stat.size > maxSecretBytes)
    throw new SecretUnavailableError({ name, source: file, reason: `it has more than ${maxSecretBytes} bytes` });
  return (await handle.readFile('utf8')).replace(/\r?\n$/, '');
}
