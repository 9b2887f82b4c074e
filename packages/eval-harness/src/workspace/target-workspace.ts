import { constants } from 'node:fs';
import { cp, lstat, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { removeTree, runCommand, type CommandResult } from '@codex-orch/core';
import type { Sandbox } from '../sandbox/sandbox.js';
import { TargetSetupError } from '../target/errors.js';
import { filesOf, hashTree } from '../target/hash-tree.js';
import type { PlacedTarget } from '../target/load-targets.js';
import type { Target } from '../target/target.js';
import { TreeHistory } from './tree-history.js';

export interface WorkspaceOptions {
  /** Removed first, if there. */
  readonly dir: string;
  readonly placed: PlacedTarget;
  /** The verified files of the target, and what it needs. Both are copied. */
  readonly source: string;
  readonly modules: string;
  readonly sandbox: Sandbox;
  readonly signal?: AbortSignal | undefined;
}

const installed = 'node_modules';

/** What lies among the target's files and is none of them: what is installed, and what assets note down. */
const foreign = [installed, '.git', '.runs'];

/** 64 MiB: the most talkative reporter of the known targets prints 5. */
const keepBytes = 64 * 1024 * 1024;

/** A copy of a target in which assets are applied and its tests run, with a HOME and a TMPDIR of its own. */
export class TargetWorkspace {
  readonly target: Target;
  /** The target's files. */
  readonly tree: string;
  readonly dir: string;
  readonly history: TreeHistory;
  /** The state in which the target came, and its hash. */
  readonly start: string;
  readonly startHash: string;
  readonly #sandbox: Sandbox;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    { dir, placed, sandbox, signal }: WorkspaceOptions,
    history: TreeHistory,
    start: { readonly state: string; readonly hash: string },
  ) {
    this.dir = dir;
    this.tree = path.join(dir, 'tree');
    this.target = placed.target;
    this.history = history;
    this.start = start.state;
    this.startHash = start.hash;
    this.#sandbox = sandbox;
    this.#signal = signal;
  }

  /** Throws {@link TargetSetupError}. */
  static async create(options: WorkspaceOptions): Promise<TargetWorkspace> {
    const { dir, placed, source, modules, signal } = options;
    await removeTree(dir);
    const tree = path.join(dir, 'tree');
    for (const name of ['home', 'coverage']) await mkdir(path.join(dir, name), { recursive: true });
    const copy = { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true };
    await cp(source, tree, copy);
    await cp(modules, path.join(tree, installed), copy);
    const overlay = path.join(placed.configDir, 'overlay');
    if (await exists(overlay)) await cp(overlay, tree, copy);
    const history = await TreeHistory.start(tree, path.join(dir, 'git'), foreign, signal);
    const bare = new TargetWorkspace(options, history, { state: '', hash: '' });
    for (const command of placed.target.setup) {
      const result = await bare.run(command, {});
      if (result.exitCode !== 0)
        throw new TargetSetupError(placed.target.name, command, result.stderr.toString().trim().slice(-500));
    }
    const start = { state: await history.save(), hash: await bare.hash() };
    return new TargetWorkspace(options, history, start);
  }

  /** The hash of the target's files as they are now. */
  hash(): Promise<string> {
    return hashTree(this.tree, foreign);
  }

  /**
   * Removes what the target's own commands left where no state of its files sees it: an asset would take such a `.git` for its own,
   * with programs that its configuration names.
   */
  async removePlanted(): Promise<void> {
    for (const name of foreign) if (name !== installed) await removeTree(path.join(this.tree, name));
  }

  /** The files that assets are applied to. Links are not among them, as they may lead out of the target. */
  async sources(): Promise<string[]> {
    const { include, exclude, extensions } = this.target.sources;
    const inside = (file: string, folders: readonly string[]): boolean =>
      folders.some((folder) => file === folder || file.startsWith(`${folder}/`));
    const files = (await filesOf(this.tree, foreign)).filter(
      (file) => inside(file, include) && !inside(file, exclude) && extensions.includes(path.extname(file)),
    );
    const isFile = await Promise.all(files.map(async (file) => (await lstat(path.join(this.tree, file))).isFile()));
    return files.filter((_, index) => isFile[index]);
  }

  /** Runs one of the target's commands in the sandbox; what it needs is there, read-only. */
  async run(command: readonly string[], env: Readonly<Record<string, string>>): Promise<CommandResult> {
    const [program = '', ...rest] = command;
    // Emptied each time: what one run leaves must not help or harm the next.
    const temporary = path.join(this.dir, 'tmp');
    await removeTree(temporary);
    await mkdir(temporary);
    const home = path.join(this.dir, 'home');
    const {
      file,
      args,
      env: own,
    } = await this.#sandbox.wrap({
      cwd: this.tree,
      command: [program === 'node' ? process.execPath : program, ...rest],
      env: {
        PATH: `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
        LANG: 'C.UTF-8',
        TZ: 'UTC',
        HOME: home,
        USER: 'nobody',
        TMPDIR: temporary,
        ...env,
      },
      writable: [home, temporary, path.join(this.dir, 'coverage')],
      readOnly: [path.join(this.tree, installed)],
    });
    const result = await runCommand(file, args, {
      cwd: this.tree,
      env: own,
      signal: this.#signal,
      timeoutMs: this.target.timeoutSeconds * 1000,
      keepBytes,
    });
    this.#signal?.throwIfAborted();
    return result;
  }

  async remove(): Promise<void> {
    await removeTree(this.dir);
  }
}

const exists = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false,
  );
