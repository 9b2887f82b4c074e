import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CommandFailedError, removeTree } from '@codex-orch/core';
import { type ChangedLines, changedLines } from './changed-lines.js';
import { KeptContents, type KeptFile } from './kept-contents.js';
import { differing, isSame, type KeptFiles, type NamedState, StateDiff } from './state-diff.js';
import { type FolderStamps, folderStampsOf, tidyTree } from './tidy-tree.js';
import { isSameFile, stampedAgain, stampOf, stampsOf, type TreeStamps } from './tree-stamps.js';

/**
 * The states of one folder, kept in a folder beside it that the folder's own files cannot influence: no attribute, ignore file or filter
 * of theirs is heeded, so every byte counts. Git is started for patches alone: a process as large as one that evaluates takes long to
 * start another, and most assets change nothing.
 */
export class TreeHistory {
  readonly #tree: string;
  readonly #ignored: ReadonlySet<string>;
  readonly #contents: KeptContents;
  readonly #diff: StateDiff;
  readonly #states = new Map<string, KeptFiles>();
  /** What the folder was last. */
  #last: { readonly state: string; readonly stamps: TreeStamps } | undefined;
  /** What it was when only we had had it in hand. */
  #trusted: { readonly state: string; readonly stamps: TreeStamps; readonly folders: FolderStamps } | undefined;

  private constructor(tree: string, ignored: readonly string[], contents: KeptContents, diff: StateDiff) {
    this.#tree = tree;
    this.#ignored = new Set(ignored);
    this.#contents = contents;
    this.#diff = diff;
  }

  /**
   * @param dir a folder beside the tree
   * @param ignored names at the top that are no part of any state
   */
  static async start(
    tree: string,
    dir: string,
    ignored: readonly string[],
    signal?: AbortSignal,
  ): Promise<TreeHistory> {
    const contents = new KeptContents(path.join(dir, 'kept'));
    return new TreeHistory(tree, ignored, contents, await StateDiff.start(tree, dir, contents, signal));
  }

  /** The name of the folder's present state, which is kept: the same for the same paths, contents and modes. */
  save(): string {
    const last = this.#last;
    const again = last && stampedAgain(this.#tree, this.#ignored, last.stamps);
    if (again) {
      this.#last = { state: last.state, stamps: again };
      return last.state;
    }
    const before = last && { stamps: last.stamps, files: this.#filesOf(last.state) };
    const stamps = stampsOf(this.#tree, this.#ignored);
    const found: [string, KeptFile][] = [];
    for (const [file, stamp] of stamps) {
      if (!stamp.kind) continue;
      // Most of it was looked at already.
      const known = isSameFile(before?.stamps.get(file), stamp) ? before?.files.get(file) : undefined;
      found.push([file, known ?? this.#contents.keep(path.join(this.#tree, file), stamp.kind)]);
    }
    const state = this.#remember(found);
    this.#last = { state, stamps };
    return state;
  }

  #remember(found: Iterable<readonly [string, KeptFile]>): string {
    const files = new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
    const state = nameOf(files);
    this.#states.set(state, files);
    return state;
  }

  /** Makes the folder what it was when this state was saved. */
  async restore(state: string): Promise<void> {
    const present = this.save();
    if (present === state) return;
    const [now, wanted] = [this.#filesOf(present), this.#filesOf(state)];
    const folders = foldersOf(wanted);
    for (const [file, kept] of now) {
      if (isSame(kept, wanted.get(file))) continue;
      rmSync(path.join(this.#tree, file));
      this.#removeEmptied(path.posix.dirname(file), folders);
    }
    // A repository that tests made among the files.
    for (const file of this.#last?.stamps.keys() ?? []) {
      const [, holder] = /^(.+?)\/\.git(?:\/|$)/i.exec(file) ?? [];
      if (holder === undefined || folders.has(holder)) continue;
      await removeTree(path.join(this.#tree, holder));
      this.#removeEmptied(path.posix.dirname(holder), folders);
    }
    for (const [file, kept] of wanted)
      if (!isSame(kept, now.get(file))) this.#contents.write(kept, path.join(this.#tree, file));
    this.#last = { state, stamps: stampsOf(this.#tree, this.#ignored) };
  }

  /**
   * Writes all files of a saved state anew. Unlike {@link restore} it keeps nothing of what was there, such as empty folders, times,
   * modes, and repositories of others: whoever ran in the folder can leave no word for who runs next.
   *
   * @param kept names at the top that stay
   */
  async rebuild(state: string, kept: readonly string[]): Promise<void> {
    for (const name of readdirSync(this.#tree)) if (!kept.includes(name)) await removeTree(path.join(this.#tree, name));
    this.#writeMissing(state);
  }

  /** To be called before somebody else gets the folder in hand: what {@link tidy} finds as it is now stays. */
  trust(): void {
    const state = this.save();
    const { stamps } = this.#last as { readonly stamps: TreeStamps };
    this.#trusted = { state, stamps, folders: folderStampsOf(this.#tree, this.#ignored) };
  }

  /**
   * As {@link rebuild}, but what nobody touched since {@link trust} stays as it is, down to the time at which it was last changed. When it
   * was last read may tell.
   */
  async tidy(state: string, kept: readonly string[]): Promise<void> {
    const trusted = this.#trusted;
    if (!trusted) return this.rebuild(state, kept);
    this.#trusted = undefined;
    const [had, wanted] = [this.#filesOf(trusted.state), this.#filesOf(state)];
    const isClean = (file: string): boolean => {
      const before = trusted.stamps.get(file);
      // What was young then could have been changed since without its times showing it.
      if (before?.kind === undefined || before.digest !== undefined) return false;
      return isSame(had.get(file), wanted.get(file)) && before.stat === stampOf(path.join(this.#tree, file));
    };
    await tidyTree(this.#tree, { folders: trusted.folders, isClean }, { wanted: foldersOf(wanted), kept });
    this.#writeMissing(state);
  }

  #writeMissing(state: string): void {
    for (const [file, each] of this.#filesOf(state)) {
      const place = path.join(this.#tree, file);
      if (lstatSync(place, { throwIfNoEntry: false }) === undefined) this.#contents.write(each, place);
    }
    this.#last = { state, stamps: stampsOf(this.#tree, this.#ignored) };
  }

  /** Folders that hold nothing any more, up to the first that does, or that the state has. */
  #removeEmptied(folder: string, wanted: ReadonlySet<string>): void {
    for (let at = folder; at !== '.' && !wanted.has(at); at = path.posix.dirname(at)) {
      try {
        rmdirSync(path.join(this.#tree, at));
      } catch (error) {
        if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  #filesOf(state: string): KeptFiles {
    const files = this.#states.get(state);
    if (!files) throw new Error(`the state ${state} was not saved`);
    return files;
  }

  /** Turns a change of the folder back by its patch. */
  async reverse(from: string, to: string): Promise<void> {
    const patch = await this.patch(from, to);
    if (patch.length > 0) await this.#diff.apply(patch, '--reverse');
  }

  /** Applies a patch of `git diff --binary`, but for what is part of no state. False, and nothing is changed, where it does not fit. */
  async apply(patch: Uint8Array): Promise<boolean> {
    const foreign = [...this.#ignored].flatMap((name) => [`--exclude=${name}`, `--exclude=${name}/*`]);
    try {
      await this.#diff.apply(patch, ...foreign);
      return true;
    } catch (error) {
      if (error instanceof CommandFailedError) return false;
      throw error;
    }
  }

  /** The paths of a saved state, but for links where only files are asked for. */
  files(state: string, { links = true }: { readonly links?: boolean | undefined } = {}): readonly string[] {
    return [...this.#filesOf(state)].flatMap(([file, { kind }]) => (links || kind !== 'link' ? [file] : []));
  }

  /** Makes these files, all of which are in the state, what they were when it was saved; what is in the place of their folders goes. */
  async putBack(state: string, files: readonly string[]): Promise<void> {
    const kept = this.#filesOf(state);
    const inTheWay = (other: string): boolean =>
      files.some((file) => file.startsWith(`${other}/`) || other.startsWith(`${file}/`));
    const wanted = new Map([...this.#filesOf(this.save())].filter(([other]) => !inTheWay(other)));
    for (const file of files) wanted.set(file, kept.get(file) as KeptFile);
    await this.restore(this.#remember(wanted));
  }

  /** As `git diff --binary` gives it. */
  async patch(from: string, to: string): Promise<Buffer> {
    if (from === to) return Buffer.alloc(0);
    return this.#diff.between(this.#named(from), this.#named(to), '--binary', '--full-index');
  }

  async changes(from: string, to: string): Promise<readonly ChangedLines[]> {
    if (from === to) return [];
    const [before, after] = [this.#named(from), this.#named(to)];
    const patch = await this.#diff.between(before, after, '-U0', '--text', '--no-prefix');
    const places = differing(before.files, after.files).flatMap((file) => {
      const [old, next] = [before.files.get(file), after.files.get(file)];
      const gone = { path: file, before: old?.digest };
      // A file that becomes a link goes first, and then comes anew.
      return old && next && (old.kind === 'link') !== (next.kind === 'link')
        ? [gone, { path: file, before: undefined }]
        : [gone];
    });
    return changedLines(patch.toString('latin1'), places);
  }

  /** What files held, by their digests. */
  contents(digests: readonly string[]): readonly Buffer[] {
    return digests.map((digest) => this.#contents.read(digest));
  }

  #named(state: string): NamedState {
    return { state, files: this.#filesOf(state) };
  }
}

function nameOf(files: KeptFiles): string {
  const hash = createHash('sha256');
  for (const [file, { kind, digest }] of files) hash.update(`${kind}\0${file}\0${digest}\0`);
  return hash.digest('hex');
}

/** All folders that hold something. */
function foldersOf(files: KeptFiles): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files.keys())
    for (let at = path.posix.dirname(file); at !== '.' && !folders.has(at); at = path.posix.dirname(at))
      folders.add(at);
  return folders;
}
