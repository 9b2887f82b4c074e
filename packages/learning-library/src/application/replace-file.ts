import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { isRealFolder } from '../selection/read-file.js';
import { sha256Of } from './sha256.js';

/** What became of replacing a file. */
export type Replaced = 'written' | 'changed-meanwhile' | 'not-writable';

/** Where the new content of a file is until it is in its place. One name per application, so that what a killed one left is found. */
export const draftOf = (file: string, applicationId: string): string =>
  path.join(path.dirname(file), `.${path.basename(file).slice(0, 100)}.${applicationId}.tmp`);

/**
 * Puts a new content in the place of exactly the one with this digest: in one step, with the mode and owner of the old one, and never through a link.
 *
 * Not synced to the disk: the record of the application is, and that is what a power cut must not take.
 */
export function replaceFile(
  root: string,
  name: string,
  {
    expected,
    content,
    applicationId,
  }: { readonly expected: string; readonly content: Buffer; readonly applicationId: string },
): Replaced {
  const file = path.join(root, name);
  const draft = draftOf(file, applicationId);
  try {
    const before = readPlain(root, name);
    if (before === undefined || sha256Of(before.content) !== expected) return 'changed-meanwhile';
    const fd = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      writeFileSync(fd, content);
      keepOwner(fd, before.entry);
      fchmodSync(fd, before.entry.mode & 0o7777);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, file);
    return 'written';
  } catch {
    rmSync(draft, { force: true });
    return 'not-writable';
  }
}

function keepOwner(fd: number, { uid, gid }: Stats): void {
  const now = fstatSync(fd);
  if (now.uid === uid && now.gid === gid) return;
  try {
    fchownSync(fd, uid, gid);
  } catch {
    // Only a privileged process can give files away.
  }
}

/** The content of a regular file that is really in the repository; undefined where something else, or nothing, is in its place. */
export function readPlain(root: string, name: string): { readonly content: Buffer; readonly entry: Stats } | undefined {
  const file = path.join(root, name);
  if (!isRealFolder(path.dirname(file))) return undefined;
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const entry = fstatSync(fd);
    return entry.isFile() ? { content: readFileSync(fd), entry } : undefined;
  } finally {
    closeSync(fd);
  }
}
