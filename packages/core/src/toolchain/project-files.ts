import { lstat, readdir, readFile } from 'node:fs/promises';
import { resolveInside } from '../fs/contained-path.js';

const MAX_BYTES = 1024 * 1024;

/** Looks at the files of a project that nobody vouches for: no file is followed out of it, and none is read that is no plain, small file. */
export class ProjectFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async has(file: string): Promise<boolean> {
    return (await this.#locate(file)) !== undefined;
  }

  /** The first of these files that there is. */
  async firstOf<const F extends string>(files: readonly F[]): Promise<F | undefined> {
    for (const file of files) if (await this.has(file)) return file;
    return undefined;
  }

  /** The text of a file; `undefined` when there is none, or none that can be read. */
  async text(file: string): Promise<string | undefined> {
    const place = await this.#locate(file);
    return place !== undefined && place.size <= MAX_BYTES
      ? readFile(place.path, 'utf8').catch(() => undefined)
      : undefined;
  }

  /** The names of the entries of a folder; none when it is not there. */
  async list(folder: string): Promise<string[]> {
    try {
      return await readdir(await resolveInside(this.#root, folder));
    } catch {
      return [];
    }
  }

  async #locate(file: string): Promise<{ readonly path: string; readonly size: number } | undefined> {
    try {
      const path = await resolveInside(this.#root, file);
      const entry = await lstat(path);
      return entry.isFile() ? { path, size: entry.size } : undefined;
    } catch {
      return undefined;
    }
  }
}
