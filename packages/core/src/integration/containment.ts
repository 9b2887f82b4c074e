import { interruptsRun } from '../errors/failure.js';
import { OrchError } from '../errors/orch-error.js';
import { gitResult } from '../workspace/git.js';
import { ScratchGitDirectory } from '../workspace/git-directory.js';
import type { Repository } from '../workspace/repository.js';
import { type ApprovedDiff, readApprovedChange } from './approved-change.js';
import { TreeMerger, treeOfCommit } from './merge-trees.js';
import { mergeInto } from './plan-batch.js';
import { refsOf } from './reachable.js';

/** An approved diff of a run. */
export interface RunDiff extends ApprovedDiff {
  readonly runId: string;
  /** The files that it changes, by their old names and their new ones. */
  readonly paths: readonly string[];
}

/** More are not handed to git as arguments; the answer is the same, and costs more. */
const maxPaths = 500;

/**
 * Whether a commit has all that an approved diff changes, however it came there: the question that an integration answers with
 * `already-there`, by the same merge, in a git directory of ours that is gone afterwards.
 */
export class Containment implements AsyncDisposable {
  readonly #repository: Repository;
  readonly #signal: AbortSignal | undefined;
  #scratch: Promise<ScratchGitDirectory> | undefined;
  #merger: TreeMerger | undefined;

  constructor(repository: Repository, signal?: AbortSignal) {
    this.#repository = repository;
    this.#signal = signal;
  }

  /** A diff that cannot be read is contained in nothing. */
  async holds(commit: string, diff: RunDiff): Promise<boolean> {
    if (await this.#isUntouched(commit, diff)) return false;
    const merger = await this.#open();
    try {
      const change = await readApprovedChange(diff, merger.git);
      const tree = await treeOfCommit(commit, merger.git);
      return (await mergeInto(merger, tree, { runId: diff.runId, change })).tree === tree;
    } catch (error) {
      if (!(error instanceof OrchError) || interruptsRun(error)) throw error;
      return false;
    }
  }

  /** Whether the files of the diff are as they were before it. That is what most work that is nowhere looks like, and one call tells. */
  async #isUntouched(commit: string, { baseCommit, paths }: RunDiff): Promise<boolean> {
    if (paths.length === 0 || paths.length > maxPaths) return false;
    const args = [
      'diff-tree',
      '-r',
      '--quiet',
      '--no-ext-diff',
      '--end-of-options',
      baseCommit,
      commit,
      '--',
      ...paths,
    ];
    return (await gitResult(args, refsOf(this.#repository, this.#signal))).exitCode === 0;
  }

  async #open(): Promise<TreeMerger> {
    const { dir } = await (this.#scratch ??= ScratchGitDirectory.make(this.#repository));
    return (this.#merger ??= new TreeMerger({ cwd: dir, gitDir: dir, signal: this.#signal }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#scratch)?.[Symbol.asyncDispose]();
  }
}
