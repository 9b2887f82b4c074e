import { ObjectsMissingError } from '@codex-orch/core';
import { type GitPath, gitPathOf } from './git-path.js';
import type { ObjectReader } from './object-reader.js';

/** One entry of a tree, or what stands for it in a change. */
export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
}

export const SYMLINK = '120000';
export const GITLINK = '160000';
export const TREE = '40000';

const MAX_TREE_BYTES = 256 * 1024 * 1024;
/** Deeper folders are not looked into: their names alone would be longer than a path may be. */
const MAX_DEPTH = 256;

/** Reads the entries of a tree object, as gitformat-tree has it: mode, space, name, NUL, raw id. */
function parseTree(bytes: Buffer, idBytes: number): Map<GitPath, TreeEntry> {
  const entries = new Map<GitPath, TreeEntry>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, space);
    if (space < 0 || end < 0) break;
    const mode = bytes.toString('latin1', at, space);
    const name = bytes.toString('latin1', space + 1, end) as GitPath;
    at = end + 1 + idBytes;
    entries.set(name, { mode, id: bytes.toString('hex', end + 1, at) });
  }
  return entries;
}

/** The files of one commit or tree, looked up by path. */
export class TreeView {
  readonly #reader: ObjectReader;
  readonly #root: string;
  #topId: Promise<string> | undefined;
  readonly #trees = new Map<string, Promise<Map<GitPath, TreeEntry>>>();

  /** `root` is the id of a commit or of a tree. */
  constructor(reader: ObjectReader, root: string) {
    this.#reader = reader;
    this.#root = root;
  }

  /** What is at a path, relative to the root. No symbolic link is followed. */
  async entry(path: string): Promise<TreeEntry | undefined> {
    let found: TreeEntry | undefined;
    let folder = await this.#top();
    for (const name of path.split('/').map(gitPathOf)) {
      if (found !== undefined) {
        if (found.mode !== TREE) return undefined;
        folder = await this.#tree(found.id);
      }
      found = folder.get(name);
      if (found === undefined) return undefined;
    }
    return found;
  }

  /** Everything below a folder that is no folder itself, with whole paths. */
  async filesBelow(folder: string): Promise<Map<GitPath, TreeEntry>> {
    const files = new Map<GitPath, TreeEntry>();
    const top = await this.entry(folder);
    if (top?.mode === TREE) await this.#collect(gitPathOf(folder), top.id, files, 0);
    return files;
  }

  async #collect(prefix: GitPath, id: string, files: Map<GitPath, TreeEntry>, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) return;
    for (const [name, entry] of await this.#tree(id)) {
      const path = `${prefix}/${name}` as GitPath;
      if (entry.mode === TREE) await this.#collect(path, entry.id, files, depth + 1);
      else files.set(path, entry);
    }
  }

  async #top(): Promise<Map<GitPath, TreeEntry>> {
    this.#topId ??= this.#findTop();
    return this.#tree(await this.#topId);
  }

  async #findTop(): Promise<string> {
    const object = await this.#reader.read(this.#root, MAX_TREE_BYTES);
    if (object?.type !== 'commit') return this.#root;
    return /^tree ([0-9a-f]+)\n/.exec(object.bytes?.toString('latin1', 0, 80) ?? '')?.[1] ?? this.#root;
  }

  #tree(id: string): Promise<Map<GitPath, TreeEntry>> {
    const known = this.#trees.get(id);
    if (known) return known;
    const tree = this.#reader.read(id, MAX_TREE_BYTES).then((object) => {
      // A folder that could not be read must not pass for an empty one.
      if (object?.type !== 'tree' || object.bytes === undefined) throw new ObjectsMissingError(this.#root, undefined);
      return parseTree(object.bytes, id.length / 2);
    });
    this.#trees.set(id, tree);
    return tree;
  }
}
