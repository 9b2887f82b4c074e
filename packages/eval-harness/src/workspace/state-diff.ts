import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isolatedEnvironment, runChecked } from '@codex-orch/core';
import type { KeptContents, KeptFile } from './kept-contents.js';

/** The files of a state by their paths, in the order of these. */
export type KeptFiles = ReadonlyMap<string, KeptFile>;

/** A state of a folder, by its name. */
export interface NamedState {
  readonly state: string;
  readonly files: KeptFiles;
}

/**
 * Patches between states of a folder, by a git directory beside it that the folder's own files cannot influence: no attribute, ignore file
 * or filter of theirs is heeded.
 */
export class StateDiff {
  readonly #tree: string;
  readonly #gitDir: string;
  readonly #contents: KeptContents;
  readonly #signal: AbortSignal | undefined;
  /** The two states that git has for comparison. */
  #compared: { readonly from: string; readonly to: string; readonly number: number } | undefined;

  private constructor(tree: string, gitDir: string, contents: KeptContents, signal: AbortSignal | undefined) {
    this.#tree = tree;
    this.#gitDir = gitDir;
    this.#contents = contents;
    this.#signal = signal;
  }

  static async start(
    tree: string,
    gitDir: string,
    contents: KeptContents,
    signal: AbortSignal | undefined,
  ): Promise<StateDiff> {
    const diff = new StateDiff(tree, gitDir, contents, signal);
    await diff.#git(['init', '--quiet', '--template=']);
    await mkdir(path.join(gitDir, 'info'), { recursive: true });
    await writeFile(path.join(gitDir, 'info/attributes'), '* -text -filter -ident -working-tree-encoding diff\n');
    return diff;
  }

  /** What `git diff` says of two states, with these options. */
  async between(from: NamedState, to: NamedState, ...how: readonly string[]): Promise<Buffer> {
    const number = await this.#handOver(from, to);
    const sides = [`refs/changes/${number}/before`, `refs/changes/${number}/after`];
    return this.#git(['diff-tree', '-r', '-p', '--no-renames', ...how, ...sides]);
  }

  /** Applies a patch to the folder. Throws `CommandFailedError`, and changes nothing, where it does not fit. */
  async apply(patch: Uint8Array, ...how: readonly string[]): Promise<void> {
    await this.#git(['apply', '--whitespace=nowarn', ...how, '-'], patch);
  }

  /** Lets git have what differs between two states. */
  async #handOver(from: NamedState, to: NamedState): Promise<number> {
    const last = this.#compared;
    if (last?.from === from.state && last.to === to.state) return last.number;
    const number = (last?.number ?? 0) + 1;
    const files = differing(from.files, to.files);
    const parts: (string | Buffer)[] = [];
    for (const [side, of] of [['before', from] as const, ['after', to] as const]) {
      parts.push(`commit refs/changes/${number}/${side}\ncommitter x <x> 0 +0000\ndata 0\n`);
      for (const file of files) {
        const kept = of.files.get(file);
        if (!kept) continue;
        const content = this.#contents.read(kept.digest);
        parts.push(`M ${modes[kept.kind]} inline ${quoted(file)}\ndata ${content.length}\n`, content, '\n');
      }
    }
    // As a pack: to make files of its own of them, git would start another program.
    const settings = ['-c', 'fastimport.unpackLimit=1'];
    await this.#git(
      [...settings, 'fast-import', '--quiet'],
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))),
    );
    this.#compared = { from: from.state, to: to.state, number };
    return number;
  }

  #git(args: readonly string[], input?: Uint8Array): Promise<Buffer> {
    const settings = ['core.autocrlf=false', 'core.fileMode=true', 'core.hooksPath=/dev/null', 'core.fsmonitor=false'];
    return runChecked('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
      cwd: this.#tree,
      env: { ...isolatedEnvironment(process.env), GIT_DIR: this.#gitDir, GIT_WORK_TREE: this.#tree },
      input,
      signal: this.#signal,
    });
  }
}

export const isSame = (one: KeptFile | undefined, other: KeptFile | undefined): boolean =>
  one?.digest === other?.digest && one?.kind === other?.kind;

/** The paths at which two states differ, in the order in which git tells of them. */
export const differing = (from: KeptFiles, to: KeptFiles): readonly string[] =>
  [...new Set([...from.keys(), ...to.keys()])]
    .filter((file) => !isSame(from.get(file), to.get(file)))
    .map((file) => Buffer.from(file))
    .sort((a, b) => a.compare(b))
    .map(String);

const modes = { file: '100644', program: '100755', link: '120000' } as const;

const quoted = (name: string): string =>
  `"${name.replaceAll(/["\\\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))}"`;
