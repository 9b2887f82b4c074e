import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Why a file is not looked at. */
export type SkipReason =
  'binary' | 'too-large' | 'unreadable' | 'symlink' | 'behind-symlink' | 'not-a-file' | 'gone' | 'generated';

export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
}

/** Reads the files of one repository, and only what is really in it. */
export class FileReader {
  readonly #root: string;
  readonly #maxBytes: number;
  readonly #folders = new Map<string, boolean>();

  /** `root` is a real path. */
  constructor(root: string, maxBytes: number) {
    this.#root = root;
    this.#maxBytes = maxBytes;
  }

  /** The bytes of a file, or why it is passed over. Synchronous: for thousands of small files, that takes a third of the time. */
  read(file: string): Buffer | SkipReason {
    if (isGeneratedPath(file)) return 'generated';
    if (!this.#isInside(path.posix.dirname(file))) return 'behind-symlink';
    const place = path.join(this.#root, file);
    let fd: number;
    try {
      // Whatever is in its place: a pipe must not be waited for, a link not followed.
      fd = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      return reasonOf(error);
    }
    try {
      const entry = fstatSync(fd);
      if (!entry.isFile()) return 'not-a-file';
      if (entry.size > this.#maxBytes) return 'too-large';
      return readFileSync(fd);
    } catch {
      return 'unreadable';
    } finally {
      closeSync(fd);
    }
  }

  /** Whether a folder is where its name says, and not behind a link. */
  #isInside(folder: string): boolean {
    let isInside = this.#folders.get(folder);
    if (isInside === undefined) {
      isInside = isRealFolder(path.join(this.#root, folder));
      this.#folders.set(folder, isInside);
    }
    return isInside;
  }
}

/** Whether no link is on the way to a folder. */
export function isRealFolder(folder: string): boolean {
  try {
    return realpathSync(folder) === folder;
  } catch {
    // It is not there; the file will say so.
    return true;
  }
}

function reasonOf(error: unknown): SkipReason {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ELOOP' || code === 'EMLINK') return 'symlink';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'gone';
  return code === 'ENXIO' ? 'not-a-file' : 'unreadable';
}

const isGeneratedPath = (file: string): boolean => /(^|\/)node_modules\/|\.min\.[cm]?js$/.test(file);

/** How much of a file may come before the word that says that a program wrote it. */
const HEAD = 1024;

/** What speaks against changing a text, once it is known that a codemod wants to see it. */
export function whyNotText(content: Buffer): SkipReason | undefined {
  if (content.includes(0) || !isUtf8(content)) return 'binary';
  return content.subarray(0, HEAD).includes('@generated') ? 'generated' : undefined;
}
