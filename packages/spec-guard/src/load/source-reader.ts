import { isUtf8 } from 'node:buffer';
import { ObjectsMissingError } from '@codex-orch/core';
import type { SourceFile } from '../check/check-input.js';
import { type GitPath, textOf } from '../git/git-path.js';
import type { GitObject, ObjectReader } from '../git/object-reader.js';
import { GITLINK, SYMLINK, type TreeEntry } from '../git/tree.js';
import { DiskFiles } from './disk-files.js';
import { limits } from './limits.js';

const NEWLINE = 0x0a;

/** Whether git has no object for an entry: its content is in the work tree only. */
const isOnDiskOnly = ({ id }: TreeEntry): boolean => id === '' || (id.startsWith('0000000') && /^0+$/.test(id));

export interface PlacedEntry {
  readonly path: GitPath;
  readonly entry: TreeEntry;
}

type TakeFile = (path: GitPath, file: SourceFile | undefined) => void;
type TakeStart = (path: GitPath, start: Buffer) => void;

/** Makes source files of entries, from git's objects or, for what git has not stored, from the work tree. */
export class SourceReader {
  readonly #objects: ObjectReader;
  readonly #disk: DiskFiles;

  constructor(objects: ObjectReader, root: string) {
    this.#objects = objects;
    this.#disk = new DiskFiles(root);
  }

  /**
   * Undefined when the file is gone from the work tree by now.
   *
   * Throws `ObjectsMissingError` for a blob that a partial clone left out.
   */
  read(path: GitPath, entry: TreeEntry, maxBytes: number): Promise<SourceFile | undefined> {
    const name = textOf(path);
    if (entry.mode === SYMLINK) return Promise.resolve({ path: name, text: '', irregular: 'symlink' });
    if (entry.mode === GITLINK) return Promise.resolve({ path: name, text: '', irregular: 'submodule' });
    // What a commit adds was nothing before.
    if (entry.mode === '000000') return Promise.resolve(undefined);
    if (isOnDiskOnly(entry)) return this.#readDisk(path, maxBytes);
    return this.#objects.read(entry.id, maxBytes).then((object) => fileOf(name, entry.id, object));
  }

  /** How many lines a file has that git has not stored; undefined for one that is gone, binary, or too large to be counted. */
  async countLines(path: GitPath): Promise<number | undefined> {
    const start = await this.#startOnDisk(path, limits.counted + 1);
    if (start === undefined || start.length > limits.counted || start.subarray(0, 8000).includes(0)) return undefined;
    let lines = start.length > 0 && start.at(-1) !== NEWLINE ? 1 : 0;
    for (let at = start.indexOf(NEWLINE); at >= 0; at = start.indexOf(NEWLINE, at + 1)) lines += 1;
    return lines;
  }

  /** Reads many files: `take` gets each when it is there, in any order; undefined for one that is gone by now. */
  async readAll(files: readonly PlacedEntry[], maxBytes: number, take: TakeFile): Promise<void> {
    const isBlob = ({ entry }: PlacedEntry) => entry.mode.startsWith('100') && !isOnDiskOnly(entry);
    const blobs = files.filter(isBlob);
    const others = files.filter((file) => !isBlob(file));
    const ids = blobs.map(({ entry }) => entry.id);
    await Promise.all([
      this.#objects.each(ids, { maxBytes }, (object, at) => {
        const { path } = blobs[at] as PlacedEntry;
        take(path, fileOf(textOf(path), ids[at] ?? '', object));
      }),
      ...others.map(async ({ path, entry }) => take(path, await this.read(path, entry, maxBytes))),
    ]);
  }

  /** The first bytes of many files; nothing of those that are gone or are no files. */
  async startAll(files: readonly PlacedEntry[], maxBytes: number, take: TakeStart): Promise<void> {
    const regular = files.filter(({ entry }) => entry.mode.startsWith('100'));
    const blobs = regular.filter(({ entry }) => !isOnDiskOnly(entry));
    const ids = blobs.map(({ entry }) => entry.id);
    const onDisk = regular.filter(({ entry }) => isOnDiskOnly(entry));
    await Promise.all([
      this.#objects.each(ids, { maxBytes, cut: true }, (object, at) => {
        if (object?.bytes) take((blobs[at] as PlacedEntry).path, object.bytes);
      }),
      ...onDisk.map(async ({ path }) => {
        const start = await this.#startOnDisk(path, maxBytes);
        if (start) take(path, start);
      }),
    ]);
  }

  async #startOnDisk(path: GitPath, maxBytes: number): Promise<Buffer | undefined> {
    const name = textOf(path);
    const found = isText(name) ? await this.#disk.start(name, maxBytes) : 'gone';
    return typeof found === 'string' ? undefined : found.bytes;
  }

  async #readDisk(path: GitPath, maxBytes: number): Promise<SourceFile | undefined> {
    const name = textOf(path);
    const nothing = (irregular: SourceFile['irregular']) => ({ path: name, text: '', irregular });
    if (!isText(name)) return nothing('not-utf8');
    const found = await this.#disk.start(name, maxBytes);
    if (found === 'gone') return undefined;
    if (found === 'symlink') return nothing('symlink');
    return found.size > maxBytes ? nothing('too-large') : decoded(name, found.bytes);
  }
}

/** Whether a name is one that a file system call gets as it is; others have lost bytes on the way. */
const isText = (name: string): boolean => !name.includes('\uFFFD');

function fileOf(name: string, id: string, object: GitObject | undefined): SourceFile {
  if (object?.type !== 'blob') throw new ObjectsMissingError(id, undefined);
  return object.bytes === undefined ? { path: name, text: '', irregular: 'too-large' } : decoded(name, object.bytes);
}

function decoded(name: string, bytes: Buffer): SourceFile {
  return isUtf8(bytes) ? { path: name, text: bytes.toString('utf8') } : { path: name, text: '', irregular: 'not-utf8' };
}
