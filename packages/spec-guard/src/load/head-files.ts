import type { SourceFile } from '../check/check-input.js';
import type { ChangeEntry } from '../git/change-entry.js';
import { type GitPath, gitPathOf } from '../git/git-path.js';
import { TREE, type TreeEntry, type TreeView } from '../git/tree.js';
import { peekAt } from '../spec/peek-spec.js';
import { limits } from './limits.js';
import type { SourceReader } from './source-reader.js';

/** What a change puts in the place of a tree's entries; null for what it removes. */
export type Overlay = ReadonlyMap<GitPath, TreeEntry | null>;

export function overlayOf(changes: readonly ChangeEntry[]): Overlay {
  const overlay = new Map<GitPath, TreeEntry | null>();
  for (const { from } of changes) if (from !== undefined) overlay.set(from, null);
  for (const { path, status, mode, id } of changes) overlay.set(path, status === 'deleted' ? null : { mode, id });
  return overlay;
}

/** One file of a tree, with what a change made of it. */
export async function readOne(
  tree: TreeView | undefined,
  path: string,
  overlay: Overlay | undefined,
  read: (path: GitPath, entry: TreeEntry) => Promise<SourceFile | undefined>,
): Promise<SourceFile | undefined> {
  const gitPath = gitPathOf(path);
  const changed = overlay?.get(gitPath);
  const entry = changed === undefined ? await tree?.entry(path) : (changed ?? undefined);
  return entry === undefined || entry.mode === TREE ? undefined : read(gitPath, entry);
}

/** Specs by their path. Of two that hold too much together, the later one is told to be too large. */
export class SpecFiles {
  readonly #reader: SourceReader;
  readonly #folder: GitPath;
  readonly #files = new Map<GitPath, SourceFile>();
  #bytes = 0;

  /** `folder` ends in a slash. */
  constructor(reader: SourceReader, folder: string) {
    this.#reader = reader;
    this.#folder = gitPathOf(folder);
  }

  async addTree(tree: TreeView): Promise<void> {
    await this.#readAll(await tree.filesBelow(this.#folder.replace(/\/$/, '')));
  }

  /** Replaces, adds and removes what a change replaces, adds and removes. */
  async apply(overlay: Overlay): Promise<void> {
    const changed = new Map<GitPath, TreeEntry>();
    for (const [path, entry] of overlay) {
      if (!path.startsWith(this.#folder)) continue;
      if (entry === null) this.#files.delete(path);
      else changed.set(path, entry);
    }
    await this.#readAll(changed);
  }

  /** In the order of their paths, whatever order they were read in. */
  sorted(): SourceFile[] {
    return [...this.#files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
  }

  async #readAll(entries: ReadonlyMap<GitPath, TreeEntry>): Promise<void> {
    const wanted = [...entries].filter(([path]) => path.endsWith('.md')).map(([path, entry]) => ({ path, entry }));
    await this.#reader.readAll(wanted, limits.spec, (path, file) => this.#take(path, file));
  }

  #take(path: GitPath, file: SourceFile | undefined): void {
    if (file === undefined) {
      this.#files.delete(path);
      return;
    }
    this.#bytes += file.text.length;
    const kept: SourceFile =
      this.#bytes > limits.allSpecs ? { path: file.path, text: '', irregular: 'too-large' } : file;
    this.#files.set(path, kept);
    // Now there is time for it: git looks for the next ones.
    peekAt(kept);
  }
}
