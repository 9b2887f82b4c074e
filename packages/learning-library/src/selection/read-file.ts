import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync, type Stats } from 'node:fs';

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

  /** What the file system says of a file, or why it is passed over. Without opening it: that takes a quarter of the time. */
  look(file: string): Stats | SkipReason {
    const reason = this.#whyNotAt(file);
    if (reason !== undefined) return reason;
    try {
      const entry = lstatSync(`${this.#root}/${file}`);
      if (entry.isSymbolicLink()) return 'symlink';
      return this.#whyNotSuch(entry) ?? entry;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** The bytes of a file, or why it is passed over. Synchronous: for thousands of small files, that takes a third of the time. */
  read(file: string): { readonly content: Buffer; readonly entry: Stats } | SkipReason {
    const reason = this.#whyNotAt(file);
    if (reason !== undefined) return reason;
    let fd: number;
    try {
      // Whatever is in its place: a pipe must not be waited for, a link not followed.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      fd = openSync(`${this.#root}/${file}`, flags);
    } catch (error) {
      return reasonOf(error);
    }
    try {
      const entry = fstatSync(fd);
      return this.#whyNotSuch(entry) ?? { content: readFileSync(fd), entry };
    } catch {
      return 'unreadable';
    } finally {
      closeSync(fd);
    }
  }

  #whyNotAt(file: string): SkipReason | undefined {
    if (isGeneratedPath(file)) return 'generated';
    const end = file.lastIndexOf('/');
    return end < 0 || this.#isInside(file.slice(0, end)) ? undefined : 'behind-symlink';
  }

  #whyNotSuch(entry: Stats): SkipReason | undefined {
    if (!entry.isFile()) return 'not-a-file';
    return entry.size > this.#maxBytes ? 'too-large' : undefined;
  }

  /** Whether a folder is where its name says, and neither a link nor behind one. */
  #isInside(folder: string): boolean {
    let isInside = this.#folders.get(folder);
    if (isInside === undefined) {
      const end = folder.lastIndexOf('/');
      const isBelow = end < 0 || this.#isInside(folder.slice(0, end));
      isInside = isBelow && isNoLink(`${this.#root}/${folder}`);
      this.#folders.set(folder, isInside);
    }
    return isInside;
  }
}

function isNoLink(folder: string): boolean {
  try {
    return !lstatSync(folder).isSymbolicLink();
  } catch {
    // It is not there, or may not be looked at; the file will say so.
    return true;
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
export function whyNotText(content: Buffer): 'binary' | 'generated' | undefined {
  if (content.includes(0) || !isUtf8(content)) return 'binary';
  return content.subarray(0, HEAD).includes('@generated') ? 'generated' : undefined;
}
