import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failpoint } from '../failpoint/failpoint.js';
import { writeBundle } from './bundle.js';
import { carryTree, receiveTree } from './carried-tree.js';
import { type ChangedText, changedTexts, type ReadTexts } from './changed-texts.js';
import { commitTree, type CommitOptions, workBranch } from './commit.js';
import { readDiff, readWritten, writeDiff, type WrittenDiff } from './diff.js';
import { EmbeddedRepositoryError, UnsafeSymlinkError } from './errors.js';
import { git, type GitOptions, gitValue } from './git.js';
import { writeTrustedConfig } from './git-directory.js';
import { type GitPath, gitPathOf, splitNul, textOf } from './git-path.js';
import { KnownIndex } from './known-index.js';
import { type DependencyPolicy, linkDependencies } from './link-dependencies.js';
import { checkObjectId } from './object-id.js';
import { patchTree } from './patch-tree.js';
import { removeTree } from './remove-tree.js';
import type { Repository } from './repository.js';
import { findUnsafeEntries } from './safe-entries.js';
import { cutText } from './cut-text.js';
import { type CountedEntry, countedEntries, filesOf } from './tree-changes.js';
import { pathsOfTree } from './tree-paths.js';
import { indexWorkTree, removeEmbedded } from './work-tree-index.js';
import { readRecord, type WorkspaceRecord, writeRecord } from './workspace-record.js';

// eslint-disable-next-line no-control-regex -- control characters are what makes a name odd
const oddName = /[\u0000-\u001f"\\\u007f]/;

export interface WorkspaceOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The work tree of one goal, with a git directory that we made and trust.
 *
 * The `.git` file in the tree lets agents run git; nothing here reads it. One operation at a time.
 */
export class Workspace {
  /** Holds `tree`, `git` and the record. */
  readonly dir: string;
  /** The files: where agents work. */
  readonly tree: string;
  readonly gitDir: string;
  readonly baseCommit: string;
  /** The tree of the base commit. */
  readonly baseTree: string;
  #record: WorkspaceRecord;
  readonly #known: KnownIndex;
  /** What a tree changes, of the tree that was asked for last. */
  #changed: { readonly tree: string; readonly entries: readonly CountedEntry[] } | undefined;
  /** The diff that was written last. */
  #written: { readonly tree: string; readonly file: string; readonly diff: WrittenDiff } | undefined;

  private constructor(dir: string, record: WorkspaceRecord) {
    this.dir = dir;
    this.tree = path.join(dir, 'tree');
    this.gitDir = path.join(dir, 'git');
    this.baseCommit = record.baseCommit;
    this.baseTree = record.baseTree;
    this.#record = record;
    this.#known = new KnownIndex(this.#indexFile);
  }

  /**
   * Opens a finished workspace, also one whose last user died in the middle of something.
   *
   * Throws {@link NotAWorkspaceError}.
   */
  static async open(dir: string): Promise<Workspace> {
    const workspace = new Workspace(path.resolve(dir), await readRecord(dir));
    await workspace.#regainTrust();
    return workspace;
  }

  /** Opens a workspace that was just made: its index is that of the base. */
  static async openNew(dir: string): Promise<Workspace> {
    const workspace = await Workspace.open(dir);
    await workspace.#known.note({ tree: workspace.baseTree, source: workspace.baseTree });
    return workspace;
  }

  /**
   * Stores the work tree as it is now, ignored files left out. The same files give the same tree.
   *
   * Sockets and named pipes do not count. Throws {@link EmbeddedRepositoryError} and {@link UnsafeSymlinkError}.
   */
  async snapshot({ signal }: WorkspaceOptions = {}): Promise<{ readonly tree: string }> {
    await this.#regainTrust();
    const options = this.#inTree(signal);
    const { embedded } = await indexWorkTree(options, this.#linked());
    if (embedded.length > 0) throw new EmbeddedRepositoryError(embedded);
    failpoint('workspace.indexed');
    const tree = (await this.#known.recall()).tree ?? (await this.#writeTree(options));
    await this.#assertSafe(tree, signal);
    return { tree };
  }

  async #writeTree(options: GitOptions): Promise<string> {
    const tree = await gitValue(['write-tree'], options);
    await this.#known.note({ tree });
    return tree;
  }

  async #changedEntries(tree: string, signal: AbortSignal | undefined): Promise<readonly CountedEntry[]> {
    if (this.#changed?.tree !== tree)
      this.#changed = { tree, entries: await countedEntries(this.baseCommit, tree, this.#bare(signal)) };
    return this.#changed.entries;
  }

  async #assertSafe(tree: string, signal: AbortSignal | undefined): Promise<void> {
    const unsafe = await findUnsafeEntries(await this.#changedEntries(tree, signal), this.#bare(signal));
    if (unsafe.gitlinks.length > 0) throw new EmbeddedRepositoryError(unsafe.gitlinks.map(textOf));
    if (unsafe.symlinks.length > 0) throw new UnsafeSymlinkError(unsafe.symlinks.map(textOf));
  }

  /** Makes the files equal to a tree; ignored files stay, everything else that is not in it goes. */
  async restore(tree: string, { signal }: WorkspaceOptions = {}): Promise<void> {
    checkObjectId(tree, 'tree');
    await this.#regainTrust();
    const options = this.#inTree(signal);
    // Once git knows every file there is, it can replace or remove each of them.
    const { embedded } = await indexWorkTree(options, this.#linked());
    await removeEmbedded(this.tree, embedded);
    const known = await this.#known.recall();
    if (known.tree !== tree && known.source !== tree) {
      await git(['read-tree', '--reset', '-u', '--end-of-options', tree], options);
      await this.#known.note({ source: tree });
    }
    failpoint('workspace.restored');
  }

  /**
   * Stores the tree that a diff makes of another one, the base by default; the files stay as they are, and {@link restore} puts it
   * there. The diff may come from anybody.
   *
   * Throws {@link UnsafePatchError} and {@link DiffDoesNotApplyError}.
   */
  async patch(
    diff: string,
    { onto = this.baseTree, signal }: WorkspaceOptions & { readonly onto?: string | undefined } = {},
  ): Promise<{ readonly tree: string }> {
    checkObjectId(onto, 'tree');
    await this.#regainTrust();
    const indexFile = path.join(this.gitDir, 'patch-index');
    return { tree: await patchTree(onto, path.resolve(diff), { ...this.#bare(signal), indexFile }) };
  }

  /**
   * Writes the diff from the base to a tree into a file, whatever its size.
   *
   * The text depends on the two trees alone: no config and no attribute of the repository has a say, so nothing can be hidden
   * from review by calling it binary.
   */
  async writeDiff(tree: string, file: string, { signal }: WorkspaceOptions = {}): Promise<WrittenDiff> {
    const files = filesOf(await this.#changedEntries(checkObjectId(tree, 'tree'), signal));
    const diff = await writeDiff(this.baseCommit, tree, file, { ...this.#bare(signal), files });
    this.#written = { tree, file, diff };
    return diff;
  }

  /** The diff from the base to a tree, cut to `maxBytes` at the end of a line with a note where it was cut. */
  async readDiff(tree: string, maxBytes: number, { signal }: WorkspaceOptions = {}): Promise<string> {
    const written = this.#written?.tree === tree ? this.#written : undefined;
    const known = written && (await readWritten(written.file, written.diff, maxBytes));
    return known ?? readDiff(this.baseCommit, checkObjectId(tree, 'tree'), maxBytes, this.#bare(signal));
  }

  /** What files that a tree changes held in the base and hold in it, by path; a path that it does not change is left out. */
  async changedTexts(
    tree: string,
    wanted: ReadTexts,
    { signal }: WorkspaceOptions = {},
  ): Promise<ReadonlyMap<string, ChangedText>> {
    return changedTexts(await this.#changedEntries(checkObjectId(tree, 'tree'), signal), wanted, this.#bare(signal));
  }

  /** The tracked files, as of the last snapshot or restore, one a line, cut to `maxBytes`; odd names are quoted as JSON. */
  async listFiles(maxBytes: number, { signal }: WorkspaceOptions = {}): Promise<string> {
    const paths = (await this.#tracked(signal)).map(textOf);
    return cutText(paths.map((name) => `${oddName.test(name) ? JSON.stringify(name) : name}\n`).join(''), maxBytes);
  }

  /**
   * Commits a tree on top of the base and points the branch `codex-orch` at it. The same input gives the same commit, so that
   * a repetition is harmless.
   */
  async commit(options: CommitOptions & WorkspaceOptions): Promise<string> {
    return commitTree(this.baseCommit, options, this.#bare(options.signal));
  }

  /**
   * Writes a commit of {@link commit} into a file, with all that its base has not: a git bundle with the ref `refs/heads/codex-orch`,
   * and the base as its only prerequisite. `git fetch FILE refs/heads/codex-orch` takes it over wherever the base is known.
   */
  async bundle(commit: string, file: string, { signal }: WorkspaceOptions = {}): Promise<void> {
    const work = { commit: checkObjectId(commit, 'commit'), base: this.baseCommit, ref: workBranch };
    await writeBundle(work, path.resolve(file), this.#bare(signal));
  }

  /** Writes a tree that is stored here into a file, with all that the base has not, for {@link receive} on another machine. */
  async carry(tree: string, file: string, { signal }: WorkspaceOptions = {}): Promise<void> {
    const carried = { tree: checkObjectId(tree, 'tree'), base: this.baseCommit };
    await carryTree(carried, path.resolve(file), this.#bare(signal));
  }

  /**
   * Stores a tree from a file that {@link carry} wrote; the files stay as they are, and {@link restore} puts it there. The file may come
   * from anybody.
   *
   * Throws `GitFailedError`, `UnknownObjectError`, and what {@link snapshot} throws for a tree that must not be worked on.
   */
  async receive(tree: string, file: string, { signal }: WorkspaceOptions = {}): Promise<void> {
    await this.#regainTrust();
    const carried = { tree: checkObjectId(tree, 'tree'), base: this.baseCommit };
    await receiveTree(carried, path.resolve(file), this.#bare(signal));
    await this.#assertSafe(tree, signal);
  }

  /**
   * Makes dependency folders of the user's checkout usable here, so that tests can run. Returns the linked paths.
   *
   * Only folders that git ignores and does not track are linked.
   */
  async linkDependencies(
    repository: Repository,
    policy: DependencyPolicy,
    { signal }: WorkspaceOptions = {},
  ): Promise<readonly string[]> {
    const remember = async (linked: readonly string[]) => {
      this.#record = { ...this.#record, linked: [...new Set([...this.#record.linked, ...linked])].sort() };
      await writeRecord(this.dir, this.#record);
    };
    const tracked = () => this.#tracked(signal);
    const options = this.#inTree(signal);
    return linkDependencies({ from: repository.root, to: this.tree, policy, tracked, git: options, remember });
  }

  async #tracked(signal: AbortSignal | undefined): Promise<readonly GitPath[]> {
    const { paths, tree } = await this.#known.recall();
    if (paths) return paths;
    const list = async (): Promise<readonly GitPath[]> =>
      splitNul(await git(['ls-files', '-z', '--cached'], this.#inTree(signal)));
    // Of the index that it was written as; another one says nothing about that tree.
    const isStill = async (): Promise<boolean> => (await this.#known.recall()).tree === tree;
    const listed = await (tree === undefined ? list() : pathsOfTree(tree, list, isStill));
    await this.#known.note({ paths: listed });
    return listed;
  }

  /** Deletes the workspace, also what its agents made read-only. Nothing outside is touched, whatever is linked. */
  async remove(): Promise<void> {
    await removeTree(this.dir);
  }

  get #indexFile(): string {
    return path.join(this.gitDir, 'orch-index');
  }

  #linked(): GitPath[] {
    return this.#record.linked.map(gitPathOf);
  }

  #inTree(signal: AbortSignal | undefined): GitOptions & { readonly workTree: string } {
    // An index of our own: what agents do to theirs, such as hiding a path, has no effect.
    return {
      cwd: this.tree,
      gitDir: this.gitDir,
      workTree: this.tree,
      indexFile: this.#indexFile,
      signal,
    };
  }

  #bare(signal: AbortSignal | undefined): GitOptions {
    return { cwd: this.gitDir, gitDir: this.gitDir, signal };
  }

  /** An agent outside a sandbox can write here, and a process that was killed leaves its locks. */
  async #regainTrust(): Promise<void> {
    await writeTrustedConfig(this.gitDir, { ...this.#record, config: this.#record.checkoutConfig });
    for (const lock of ['orch-index.lock', 'patch-index.lock', 'index.lock', 'HEAD.lock', 'refs/heads/codex-orch.lock'])
      await rm(path.join(this.gitDir, lock), { force: true });
    await rm(path.join(this.tree, '.git'), { recursive: true, force: true });
    await writeFile(path.join(this.tree, '.git'), 'gitdir: ../git\n');
  }
}
