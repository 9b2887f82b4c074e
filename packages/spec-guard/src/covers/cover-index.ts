import { compileGlob, literalFolder, type PathMatcher } from './glob.js';

interface Entry<T> {
  readonly glob: string;
  readonly owner: T;
  matches: PathMatcher | undefined;
}

/**
 * Who governs a path.
 *
 * A glob is filed under the folders that it names literally, and compiled when a path first comes by: a path is compared only with
 * the globs of the folders above it, however many others there are.
 */
export class CoverIndex<T> {
  readonly #byFolder = new Map<string, Entry<T>[]>();

  add(glob: string, owner: T): void {
    const folder = literalFolder(glob);
    const entry = { glob, owner, matches: undefined };
    const entries = this.#byFolder.get(folder);
    if (entries) entries.push(entry);
    else this.#byFolder.set(folder, [entry]);
  }

  /** Those of the outer folders first; each owner once. */
  ownersOf(path: string): readonly T[] {
    const owners = new Set<T>();
    for (let end = 0; end >= 0; end = path.indexOf('/', end + 1)) this.#collect(path.slice(0, end), path, owners);
    this.#collect(path, path, owners);
    return [...owners];
  }

  #collect(folder: string, path: string, owners: Set<T>): void {
    for (const entry of this.#byFolder.get(folder) ?? []) {
      entry.matches ??= compileGlob(entry.glob);
      if (!owners.has(entry.owner) && entry.matches(path)) owners.add(entry.owner);
    }
  }
}
