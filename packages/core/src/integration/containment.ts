import { interruptsRun } from '../errors/failure.js';
import { OrchError } from '../errors/orch-error.js';
import { git, type GitOptions, gitResult } from '../workspace/git.js';
import { ScratchGitDirectory } from '../workspace/git-directory.js';
import type { Repository } from '../workspace/repository.js';
import { type ApprovedChange, type ApprovedDiff, readApprovedChange } from './approved-change.js';
import { TreeMerger, treeOfCommit } from './merge-trees.js';
import { mergeInto } from './plan-batch.js';
import { isAncestor, refsOf } from './reachable.js';

/** An approved diff of a run. */
export interface RunDiff extends ApprovedDiff {
  readonly runId: string;
  /** The files that it changes, by their old names and their new ones. */
  readonly paths: readonly string[];
}

/** More are not handed to git as arguments; the answer is the same, and costs more. */
const maxPaths = 500;

/**
 * How a commit stands to an approved diff. `whole`: it has all of it. `fits`: it has not, and the diff can be merged. `conflicts`: the
 * diff cannot be merged. `unread`: the diff cannot be read.
 */
type Standing = 'whole' | 'fits' | 'conflicts' | 'unread';

/**
 * Whether a commit has all that an approved diff changes, however it came there: the question that an integration answers with
 * `already-there`, by the same merge, in a git directory of ours that is gone afterwards. Each diff is read once.
 */
export class Containment implements AsyncDisposable {
  readonly #repository: Repository;
  readonly #signal: AbortSignal | undefined;
  readonly #changes = new Map<string, Promise<ApprovedChange>>();
  readonly #refs = new Map<string, Promise<string>>();
  readonly #trees = new Map<string, Promise<string>>();
  #scratch: Promise<ScratchGitDirectory> | undefined;
  #merger: TreeMerger | undefined;

  constructor(repository: Repository, signal?: AbortSignal) {
    this.#repository = repository;
    this.#signal = signal;
  }

  /** A diff that cannot be read is contained in nothing. */
  async holds(commit: string, diff: RunDiff): Promise<boolean> {
    return (await this.#standing(commit, diff)) === 'whole';
  }

  /** Whether a commit has a diff, or has one of the commits that stand for it and could not take the diff again. */
  async has(commit: string, diff: RunDiff | undefined, commits: readonly string[]): Promise<boolean> {
    const standing = diff === undefined ? 'unread' : await this.#standing(commit, diff);
    if (standing === 'whole' || standing === 'fits') return standing === 'whole';
    for (const own of commits) if (await isAncestor(own, commit, this.#git)) return true;
    return false;
  }

  /** Whether a ref does not have any more what an earlier commit of it had of a diff. */
  async isTakenBack(had: string, ref: string, diff: RunDiff): Promise<boolean> {
    const now = await this.#commitOf(ref);
    return !(await this.#isSame(had, now, diff)) && (await this.#standing(now, diff)) === 'fits';
  }

  async #standing(commit: string, diff: RunDiff): Promise<Standing> {
    // That is what most work that is nowhere looks like, and one call tells.
    if (await this.#isSame(diff.baseCommit, commit, diff)) return 'fits';
    const merger = await this.#open();
    try {
      const change = await this.#read(diff, merger);
      const tree = await this.#treeOf(commit, merger);
      const merge = await mergeInto(merger, tree, { runId: diff.runId, change });
      if (merge.tree === undefined) return 'conflicts';
      return merge.tree === tree ? 'whole' : 'fits';
    } catch (error) {
      const isOfFile = (error as NodeJS.ErrnoException).syscall !== undefined;
      if (!isOfFile && (!(error instanceof OrchError) || interruptsRun(error))) throw error;
      return 'unread';
    }
  }

  #read(diff: RunDiff, merger: TreeMerger): Promise<ApprovedChange> {
    const key = `${diff.runId} ${diff.sha256}`;
    const known = this.#changes.get(key) ?? readApprovedChange(diff, merger.git);
    this.#changes.set(key, known);
    return known;
  }

  #commitOf(ref: string): Promise<string> {
    const args = ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`];
    const known = this.#refs.get(ref) ?? git(args, this.#git).then((id) => id.toString('utf8').trim());
    this.#refs.set(ref, known);
    return known;
  }

  #treeOf(commit: string, merger: TreeMerger): Promise<string> {
    const known = this.#trees.get(commit) ?? treeOfCommit(commit, merger.git);
    this.#trees.set(commit, known);
    return known;
  }

  /** Whether two commits have the same of the files of a diff. */
  async #isSame(one: string, other: string, { paths }: RunDiff): Promise<boolean> {
    if (paths.length === 0 || paths.length > maxPaths) return false;
    const args = ['diff-tree', '-r', '--quiet', '--no-ext-diff', '--end-of-options', one, other, '--', ...paths];
    return (await gitResult(args, this.#git)).exitCode === 0;
  }

  get #git(): GitOptions {
    return refsOf(this.#repository, this.#signal);
  }

  async #open(): Promise<TreeMerger> {
    const { dir } = await (this.#scratch ??= ScratchGitDirectory.make(this.#repository));
    return (this.#merger ??= new TreeMerger({ cwd: dir, gitDir: dir, signal: this.#signal }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#scratch)?.[Symbol.asyncDispose]();
  }
}
