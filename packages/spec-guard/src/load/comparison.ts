import { findCommit, type GitOptions, type ProbedRepository } from '@codex-orch/core';
import type { CheckedCommit } from '../check/check-input.js';
import { checkRevision, emptyTree, findMergeBase } from '../git/base.js';
import { type Changes, changedBetween, changedInIndex, changedInWorkTree } from '../git/changed-paths.js';
import { commitsBetween } from '../git/commits.js';
import { UnknownRevisionError } from '../git/errors.js';
import type { ScratchGitDirectory } from '../git/scratch.js';
import { indexFileOf } from './index-file.js';
import { readCheckoutConfig } from '../git/checkout-config.js';

/** Which change is checked. */
export type Change =
  | { readonly of: 'commits'; readonly base: string; readonly baseFrom?: string | undefined }
  | { readonly of: 'index'; readonly indexFile?: string | undefined }
  | { readonly of: 'work-tree' };

/** The two ends of a change, before anything of it is read. Each is the id of a commit or tree; undefined where there is none. */
export interface Ends {
  /** Whose policy rules. */
  readonly policy: string | undefined;
  /** What the change is measured against. */
  readonly from: string;
  /** What the change is made on: its files are the checked ones, but for what is changed in index or work tree. */
  readonly head: string | undefined;
}

export interface Comparison extends Changes {
  readonly commits: readonly CheckedCommit[];
}

/** So CI systems name the base of a branch that is new to them. */
const isNothing = (revision: string): boolean => /^(?:0{40}|0{64})$/.test(revision);

/** The commit that was named as base, if it exists; undefined too where none was named. `git` are options for the user's repository. */
export async function findTip(change: Change, git: GitOptions): Promise<string | undefined> {
  return change.of !== 'commits' || isNothing(change.base) ? undefined : findCommit(checkRevision(change.base), git);
}

/** Finds the ends of a change. `tip` is what {@link findTip} found; `git` are options that name a git directory of ours. */
export async function findEnds(
  repository: ProbedRepository,
  change: Change,
  tip: string | undefined,
  git: GitOptions,
): Promise<Ends> {
  const { head } = repository;
  const nothing = emptyTree[repository.objectFormat];
  if (change.of !== 'commits') return { policy: head, from: head ?? nothing, head };
  if (isNothing(change.base) || head === undefined) return { policy: undefined, from: nothing, head };
  if (tip === undefined) throw new UnknownRevisionError(change.base, change.baseFrom, repository.isShallow);
  return { policy: tip, from: await findMergeBase(repository, tip, head, git), head };
}

/** Finds what differs between the ends of a change. */
export async function compare(
  repository: ProbedRepository,
  change: Change,
  ends: Ends,
  scratch: ScratchGitDirectory,
  git: GitOptions,
): Promise<Comparison> {
  if (change.of === 'commits') {
    const { head } = ends;
    if (head === undefined) return { entries: [], counts: () => Promise.resolve(new Map()), commits: [] };
    const [changes, commits] = await Promise.all([
      changedBetween(ends.from, head, git),
      commitsBetween(ends.from === emptyTree[repository.objectFormat] ? undefined : ends.from, head, git),
    ]);
    return { ...changes, commits };
  }
  if (change.of === 'index') {
    const indexFile = await indexFileOf(repository, change.indexFile);
    return { ...(await changedInIndex(ends.from, { ...git, indexFile })), commits: [] };
  }
  const [indexFile, config] = await Promise.all([
    scratch.copyIndex(repository.indexFile),
    readCheckoutConfig({ cwd: repository.root, signal: git.signal }),
  ]);
  const options = { ...git, indexFile, config: [...(git.config ?? []), ...config], workTree: repository.root };
  return { ...(await changedInWorkTree(ends.from, options)), commits: [] };
}
