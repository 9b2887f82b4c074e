import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandFailedError, isolatedEnvironment, removeTree, runChecked } from '@codex-orch/core';
import { contentOf, isAsStamped, stampsOf, type TreeStamps } from './tree-stamps.js';

/** One file of a change, with the numbers of the lines that a change took out or put in. */
export interface ChangedLines {
  readonly path: string;
  /** The blob of what it held before; undefined where it was not there. */
  readonly before: string | undefined;
  readonly added: number;
  readonly removed: number;
  /** Numbers, from 1, of lines of the old file: those taken out, and the one before a place where lines are only put in. */
  readonly touched: readonly number[];
  readonly hunks: readonly Hunk[];
}

/** Lines of the old file, numbered from 1, that are replaced by lines of the new one; a length may be 0. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLength: number;
  readonly newStart: number;
  readonly newLength: number;
}

/**
 * The states of one folder, kept in a git directory beside it that the folder's own files cannot influence: no attribute, ignore
 * file or filter of theirs is heeded, so every byte counts.
 */
export class TreeHistory {
  readonly #tree: string;
  readonly #gitDir: string;
  readonly #ignored: ReadonlySet<string>;
  readonly #signal: AbortSignal | undefined;
  /** The state that the folder, and git's index, had last: most assets change nothing, and then no git is needed. */
  #last: { readonly state: string; readonly stamps: TreeStamps } | undefined;

  private constructor(tree: string, gitDir: string, ignored: readonly string[], signal: AbortSignal | undefined) {
    this.#tree = tree;
    this.#gitDir = gitDir;
    this.#ignored = new Set(ignored);
    this.#signal = signal;
  }

  /** @param ignored names at the top that are no part of any state */
  static async start(
    tree: string,
    gitDir: string,
    ignored: readonly string[],
    signal?: AbortSignal,
  ): Promise<TreeHistory> {
    const history = new TreeHistory(tree, gitDir, ignored, signal);
    await mkdir(gitDir, { recursive: true });
    await history.#git('init', '--quiet', '--template=');
    await mkdir(path.join(gitDir, 'info'), { recursive: true });
    await writeFile(path.join(gitDir, 'info/attributes'), '* -text -filter -ident -working-tree-encoding diff\n');
    await writeFile(path.join(gitDir, 'info/exclude'), ignored.map((name) => `/${name}\n`).join(''));
    return history;
  }

  /** The object id of the folder's present state, which is kept. */
  async save(): Promise<string> {
    const known = this.#known();
    if (known !== undefined) return known;
    const stamps = stampsOf(this.#tree, this.#ignored);
    await this.#emptyIndex();
    // What is ignored by the target's own ignore files is a part of it too, and so are files beside a `.git` further down.
    const files = contentOf(stamps).map((file) => `${file}\0`);
    await this.#gitWith(Buffer.from(files.join('')), 'update-index', '--add', '-z', '--stdin');
    const state = (await this.#git('write-tree')).toString().trim();
    this.#last = { state, stamps };
    return state;
  }

  /** Makes the folder what it was when this state was saved. */
  async restore(state: string): Promise<void> {
    // First what is there now becomes known, so that all of it that is not in the state goes.
    if ((await this.save()) === state) return;
    this.#last = undefined;
    await this.#git('read-tree', '--reset', '-u', state);
    const excludes = `--exclude-from=${this.#gitDir}/info/exclude`;
    const others = (await this.#git('ls-files', '-z', '--others', excludes)).toString().split('\0').filter(Boolean);
    // A repository that tests made among the files, which git leaves alone.
    for (const other of others) await removeTree(path.join(this.#tree, other));
    this.#last = { state, stamps: stampsOf(this.#tree, this.#ignored) };
  }

  /**
   * Writes all files of a saved state anew. Unlike {@link restore} it keeps nothing of what was there, such as empty folders, times,
   * modes, and what git does not look at: whoever ran in the folder can leave no word for who runs next.
   *
   * @param kept names at the top that stay
   */
  async rebuild(state: string, kept: readonly string[]): Promise<void> {
    this.#last = undefined;
    for (const name of await readdir(this.#tree))
      if (!kept.includes(name)) await removeTree(path.join(this.#tree, name));
    await this.#emptyIndex();
    await this.#git('read-tree', '--reset', '-u', state);
    this.#last = { state, stamps: stampsOf(this.#tree, this.#ignored) };
  }

  async #emptyIndex(): Promise<void> {
    await rm(path.join(this.#gitDir, 'index'), { force: true });
  }

  #known(): string | undefined {
    return this.#last && isAsStamped(this.#tree, this.#ignored, this.#last.stamps) ? this.#last.state : undefined;
  }

  /** Turns a change of the folder back by its patch. */
  async reverse(from: string, to: string): Promise<void> {
    const patch = await this.#git('diff-tree', '-r', '-p', '--binary', '--full-index', '--no-renames', from, to);
    if (patch.length > 0) await this.#gitWith(patch, 'apply', '--reverse', '--whitespace=nowarn', '-');
  }

  /** Applies a patch of `git diff --binary`, but for what is part of no state. False, and nothing is changed, where it does not fit. */
  async apply(patch: Uint8Array): Promise<boolean> {
    const foreign = [...this.#ignored].flatMap((name) => [`--exclude=${name}`, `--exclude=${name}/*`]);
    this.#last = undefined;
    try {
      await this.#gitWith(patch, 'apply', '--whitespace=nowarn', ...foreign, '-');
      return true;
    } catch (error) {
      if (error instanceof CommandFailedError) return false;
      throw error;
    }
  }

  /** The paths of a saved state. */
  async files(state: string): Promise<readonly string[]> {
    return (await this.#git('ls-tree', '-r', '-z', '--name-only', state)).toString().split('\0').filter(Boolean);
  }

  /** Makes these files, all of which are in the state, what they were when it was saved. */
  async putBack(state: string, files: readonly string[]): Promise<void> {
    this.#last = undefined;
    if (files.length > 0) await this.#git('checkout', '--quiet', state, '--', ...files);
  }

  async patch(from: string, to: string): Promise<Buffer> {
    return this.#git('diff-tree', '-r', '-p', '--binary', '--full-index', '--no-renames', from, to);
  }

  async changes(from: string, to: string): Promise<readonly ChangedLines[]> {
    if (from === to) return [];
    const range = ['--no-renames', from, to];
    const raw = (await this.#git('diff-tree', '-r', '-z', '--raw', '--no-abbrev', ...range)).toString();
    const patch = await this.#git('diff-tree', '-r', '-p', '-U0', '--text', '--no-prefix', ...range);
    const entries = [...raw.matchAll(/:\d+ \d+ ([0-9a-f]+) [0-9a-f]+ [A-Z]\0([^\0]+)\0/g)];
    return changedLines(
      patch.toString('latin1'),
      entries.map(([, before = '', file = '']) => ({ path: file, before: /^0+$/.test(before) ? undefined : before })),
    );
  }

  /** What blobs hold, in their order. */
  async contents(blobs: readonly string[]): Promise<readonly Buffer[]> {
    if (blobs.length === 0) return [];
    const output = await this.#gitWith(Buffer.from(blobs.map((blob) => `${blob}\n`).join('')), 'cat-file', '--batch');
    const contents: Buffer[] = [];
    for (let offset = 0; offset < output.length;) {
      const end = output.indexOf('\n', offset);
      const size = Number(output.toString('latin1', offset, end).split(' ')[2]);
      contents.push(output.subarray(end + 1, end + 1 + size));
      offset = end + 1 + size + 1;
    }
    return contents;
  }

  #git(...args: readonly string[]): Promise<Buffer> {
    return this.#gitWith(undefined, ...args);
  }

  async #gitWith(input: Uint8Array | undefined, ...args: readonly string[]): Promise<Buffer> {
    const settings = ['core.autocrlf=false', 'core.fileMode=true', 'core.hooksPath=/dev/null', 'core.fsmonitor=false'];
    return runChecked('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
      cwd: this.#tree,
      env: { ...isolatedEnvironment(process.env), GIT_DIR: this.#gitDir, GIT_WORK_TREE: this.#tree },
      input,
      signal: this.#signal,
    });
  }
}

/** Patches come in the order of the paths, which can hold anything and are therefore not read out of the patch. */
function changedLines(patch: string, files: readonly Pick<ChangedLines, 'path' | 'before'>[]): ChangedLines[] {
  return patch
    .split(/^diff --git /m)
    .slice(1)
    .map((file, index) => {
      const touched = new Set<number>();
      const hunks: Hunk[] = [];
      let [added, removed] = [0, 0];
      for (const [, start, gone = '1', at, come = '1'] of file.matchAll(hunkHead)) {
        const [from, lost] = [Number(start), Number(gone)];
        hunks.push({ oldStart: from, oldLength: lost, newStart: Number(at), newLength: Number(come) });
        added += Number(come);
        removed += lost;
        for (let line = from; line < from + Math.max(lost, 1); line += 1) touched.add(line);
      }
      return {
        path: files[index]?.path ?? '',
        before: files[index]?.before,
        added,
        removed,
        touched: [...touched],
        hunks,
      };
    });
}

const hunkHead = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm;
