import { OrchError } from '../errors/orch-error.js';

/** A file cannot be created or replaced where it was asked for. */
export class NotWritableError extends OrchError {
  readonly code = 'not-writable';
  override readonly interrupts = true;

  readonly path: string;

  constructor(path: string, cause: unknown) {
    const errno = errnoOf(cause);
    super(`Cannot write ${path}: ${reasons.get(errno) ?? errno}.`, {
      cause,
      hint: 'Check that its folder exists and that you may write there.',
    });
    this.path = path;
  }
}

/** There is no room, or no quota, for a file. */
export class DiskFullError extends OrchError {
  readonly code = 'disk-full';
  override readonly interrupts = true;

  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`Cannot write ${path}: the disk is full or your quota is used up.`, {
      cause,
      hint: 'Free some space, then try again.',
    });
    this.path = path;
  }
}

/** A path that has to stay in a folder leads out of it. */
export class PathEscapesError extends OrchError {
  readonly code = 'path-escapes';

  readonly root: string;
  readonly path: string;

  constructor(root: string, path: string, how: string) {
    super(`The path ${JSON.stringify(path)} does not stay in ${root}: ${how}.`, {
      hint: 'Use a relative path inside that folder.',
    });
    this.root = root;
    this.path = path;
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOENT', 'its folder does not exist'],
  ['ENOTDIR', 'its folder is not a folder'],
  ['EISDIR', 'a folder is in its place'],
  ['EEXIST', 'something else is in its place'],
  ['EIO', 'the disk failed'],
]);

const errnoOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? '';

/** Names the cause of a failed write; an error it does not know is returned as it is. */
export function writeError(path: string, error: unknown): unknown {
  const errno = errnoOf(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return new DiskFullError(path, error);
  return reasons.has(errno) ? new NotWritableError(path, error) : error;
}
