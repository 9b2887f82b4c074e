import { constants } from 'node:fs';
import { cp, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { removeTree, runChecked, runCommand, type CommandResult } from '@codex-orch/core';
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
  /** The verified files of the target; they are copied. */
  readonly source: string;
  /** The folder of what it needs. The target's commands see it in its place, read-only; nobody else does. */
  readonly modules: string;
  readonly sandbox: Sandbox;
  readonly signal?: AbortSignal | undefined;
}

const installed = 'node_modules';
const homeAsItCame = 'home-as-it-came';

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
  /** Milliseconds that its own setup commands took. */
  readonly setupMs: number;
  readonly #modules: string;
  readonly #emptyFolders: readonly string[];
  readonly #sandbox: Sandbox;
  readonly #signal: AbortSignal | undefined;
  #isUsed = true;

  private constructor(
    { dir, placed, modules, sandbox, signal }: WorkspaceOptions,
    history: TreeHistory,
    start: StartState,
  ) {
    this.dir = dir;
    this.tree = path.join(dir, 'tree');
    this.target = placed.target;
    this.history = history;
    this.start = start.state;
    this.startHash = start.hash;
    this.setupMs = start.setupMs;
    this.#modules = modules;
    this.#emptyFolders = start.emptyFolders;
    this.#sandbox = sandbox;
    this.#signal = signal;
  }

  /** Throws {@link TargetSetupError}. */
  static async create(options: WorkspaceOptions): Promise<TargetWorkspace> {
    const { dir, placed, source, signal } = options;
    await removeTree(dir);
    const tree = path.join(dir, 'tree');
    for (const name of ['home', 'coverage']) await mkdir(path.join(dir, name), { recursive: true });
    const copy = { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true };
    await cp(source, tree, copy);
    const overlay = path.join(placed.configDir, 'overlay');
    if (await exists(overlay)) await cp(overlay, tree, copy);
    // What `npm ci` installs takes the place of what a tarball has there.
    await removeTree(path.join(tree, installed));
    await mkdir(path.join(tree, installed));
    const history = await TreeHistory.start(tree, path.join(dir, 'git'), foreign, signal);
    const bare = new TargetWorkspace(options, history, { state: '', hash: '', setupMs: 0, emptyFolders: [] });
    const settingUp = performance.now();
    for (const command of placed.target.setup) {
      const result = await bare.run(command, {});
      if (result.exitCode !== 0)
        throw new TargetSetupError(placed.target.name, command, result.stderr.toString().trim().slice(-500));
    }
    const setupMs = performance.now() - settingUp;
    await cp(path.join(dir, 'home'), path.join(dir, homeAsItCame), { recursive: true, verbatimSymlinks: true });
    const emptyFolders = await emptyFoldersOf(tree);
    const start = { state: await history.save(), hash: await bare.hash(), setupMs, emptyFolders };
    return new TargetWorkspace(options, history, start);
  }

  /** Copies what the target needs, for work outside of the sandbox. */
  async copyModules(to: string): Promise<void> {
    await mkdir(to, { recursive: true });
    const env = { PATH: process.env['PATH'] ?? '' };
    // Thousands of small files, for which a program of the system needs a third of what this process would.
    await runChecked('cp', ['-R', '-P', '--', `${this.#modules}/.`, to], { cwd: to, env, signal: this.#signal });
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

  /**
   * Makes the files anew from a saved state, and HOME as it came: nothing tells any more what ran here before. Work that is judged by
   * several runs must not know in one of them what it saw in another.
   */
  async renew(state: string): Promise<void> {
    await this.history.rebuild(state, [installed]);
    for (const folder of this.#emptyFolders) await mkdir(path.join(this.tree, folder), { recursive: true });
    const home = path.join(this.dir, 'home');
    await removeTree(home);
    await cp(path.join(this.dir, homeAsItCame), home, { recursive: true, verbatimSymlinks: true });
    const coverage = path.join(this.dir, 'coverage');
    await removeTree(coverage);
    await mkdir(coverage);
    this.#isUsed = false;
  }

  /** Makes it what the target came as. Where none of its commands ran since then, its files are all that can be otherwise. */
  async startAnew(): Promise<void> {
    if (this.#isUsed) await this.renew(this.start);
    else await this.history.restore(this.start);
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
    this.#isUsed = true;
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
      readOnly: [],
      // Not copied: thousands of files, which assets that look over all files of a project would take for its own.
      mounts: [{ from: this.#modules, at: path.join(this.tree, installed) }],
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

interface StartState {
  readonly state: string;
  readonly hash: string;
  readonly setupMs: number;
  /** Which git knows nothing of. */
  readonly emptyFolders: readonly string[];
}

async function emptyFoldersOf(tree: string, at = ''): Promise<readonly string[]> {
  const entries = (await readdir(path.join(tree, at), { withFileTypes: true })).filter(
    ({ name }) => at !== '' || !foreign.includes(name),
  );
  if (entries.length === 0) return at === '' ? [] : [at];
  const folders = entries.filter((entry) => entry.isDirectory());
  return (await Promise.all(folders.map(({ name }) => emptyFoldersOf(tree, path.join(at, name))))).flat();
}

const exists = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false,
  );
