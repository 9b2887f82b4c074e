import path from 'node:path';
import { type FileStart, PathEscapesError, readStart, resolveInside } from '@codex-orch/core';

/** So many files are open at a time: a change may have more files than a process may open. */
const MAX_OPEN = 32;

/** What is in the place of a file that is not read: another kind of entry, or nothing at all. */
export type Unread = 'symlink' | 'gone';

/** Reads files of a work tree that somebody may have prepared. No symbolic link is followed, not even in a folder's place. */
export class DiskFiles {
  readonly #root: string;
  readonly #folders = new Map<string, Promise<string | undefined>>();
  readonly #waiting: (() => void)[] = [];
  #open = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** The first bytes of a file, relative to the root. */
  async start(name: string, maxBytes: number): Promise<FileStart | Unread> {
    const folder = await this.#folder(path.dirname(name));
    if (folder === undefined) return 'symlink';
    await this.#enter();
    try {
      return await readStart(path.join(folder, path.basename(name)), { maxBytes });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ELOOP') return 'symlink';
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EINVAL') return 'gone';
      throw error;
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#open >= MAX_OPEN) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#open += 1;
  }

  #leave(): void {
    const next = this.#waiting.shift();
    // The place is handed on, so that nobody who comes in between takes it.
    if (next) next();
    else this.#open -= 1;
  }

  /** The real place of a folder; undefined where a symbolic link is on the way. */
  #folder(relative: string): Promise<string | undefined> {
    let place = this.#folders.get(relative);
    if (place === undefined) {
      place = this.#findFolder(relative);
      this.#folders.set(relative, place);
    }
    return place;
  }

  async #findFolder(relative: string): Promise<string | undefined> {
    try {
      const place = await resolveInside(this.#root, relative);
      return place === path.join(this.#root, relative) ? place : undefined;
    } catch (error) {
      if (error instanceof PathEscapesError) return undefined;
      throw error;
    }
  }
}
