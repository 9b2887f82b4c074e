import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isolatedEnvironment, runChecked } from '@codex-orch/core';

/** One file of a change, with the numbers of the lines that a change took out or put in. */
export interface ChangedLines {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  /** Numbers, from 1, of lines of the old file: those taken out, and the one before a place where lines are only put in. */
  readonly touched: readonly number[];
}

/**
 * The states of one folder, kept in a git directory beside it that the folder's own files cannot influence: no attribute, ignore
 * file or filter of theirs is heeded, so every byte counts.
 */
export class TreeHistory {
  readonly #tree: string;
  readonly #gitDir: string;
  readonly #signal: AbortSignal | undefined;

  private constructor(tree: string, gitDir: string, signal: AbortSignal | undefined) {
    this.#tree = tree;
    this.#gitDir = gitDir;
    this.#signal = signal;
  }

  /** @param ignored names at the top that are no part of any state */
  static async start(
    tree: string,
    gitDir: string,
    ignored: readonly string[],
    signal?: AbortSignal,
  ): Promise<TreeHistory> {
    const history = new TreeHistory(tree, gitDir, signal);
    await mkdir(gitDir, { recursive: true });
    await history.#git('init', '--quiet', '--template=');
    await mkdir(path.join(gitDir, 'info'), { recursive: true });
    await writeFile(path.join(gitDir, 'info/attributes'), '* -text -filter -ident -working-tree-encoding diff\n');
    await writeFile(path.join(gitDir, 'info/exclude'), ignored.map((name) => `/${name}\n`).join(''));
    return history;
  }

  /** The object id of the folder's present state, which is kept. */
  async save(): Promise<string> {
    await this.#git('read-tree', '--empty');
    // What is ignored by the target's own ignore files is a part of it too; what is ignored here has no entry to be forced.
    const files = await this.#git('ls-files', '-z', '--others', `--exclude-from=${this.#gitDir}/info/exclude`);
    await this.#gitWith(files, 'update-index', '--add', '-z', '--stdin');
    return (await this.#git('write-tree')).toString().trim();
  }

  /** Makes the folder what it was when this state was saved. */
  async restore(state: string): Promise<void> {
    // First what is there now becomes known, so that all of it that is not in the state goes.
    await this.save();
    await this.#git('read-tree', '--reset', '-u', state);
    const excludes = `--exclude-from=${this.#gitDir}/info/exclude`;
    const others = (await this.#git('ls-files', '-z', '--others', excludes)).toString();
    if (others !== '') throw new Error(`Files are left in ${this.#tree} that belong to no state: ${others}`);
  }

  /** Turns a change of the folder back by its patch. */
  async reverse(from: string, to: string): Promise<void> {
    const patch = await this.#git('diff-tree', '-r', '-p', '--binary', '--full-index', '--no-renames', from, to);
    if (patch.length > 0) await this.#gitWith(patch, 'apply', '--reverse', '--whitespace=nowarn', '-');
  }

  async patch(from: string, to: string): Promise<Buffer> {
    return this.#git('diff-tree', '-r', '-p', '--binary', '--full-index', '--no-renames', from, to);
  }

  async changes(from: string, to: string): Promise<readonly ChangedLines[]> {
    const paths = (await this.#git('diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to)).toString();
    const patch = await this.#git('diff-tree', '-r', '-p', '-U0', '--text', '--no-renames', '--no-prefix', from, to);
    return changedLines(patch.toString('latin1'), paths.split('\0').filter(Boolean));
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
function changedLines(patch: string, paths: readonly string[]): ChangedLines[] {
  return patch
    .split(/^diff --git /m)
    .slice(1)
    .map((file, index) => {
      const touched = new Set<number>();
      let [added, removed] = [0, 0];
      for (const [, start, gone = '1', come = '1'] of file.matchAll(/^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/gm)) {
        const [from, lost] = [Number(start), Number(gone)];
        added += Number(come);
        removed += lost;
        for (let line = from; line < from + Math.max(lost, 1); line += 1) touched.add(line);
      }
      return { path: paths[index] ?? '', added, removed, touched: [...touched] };
    });
}
