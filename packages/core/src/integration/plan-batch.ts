import type { GitOptions } from '../workspace/git.js';
import { type GitPath, touchesAny } from '../workspace/git-path.js';
import type { ApprovedChange } from './approved-change.js';
import type { IntegrationCandidate } from './integration-record.js';
import type { Merge, TreeMerger } from './merge-trees.js';
import { isAncestor } from './reachable.js';

/** A run whose approved diff was read. */
export interface Candidate extends IntegrationCandidate {
  readonly change: ApprovedChange;
}

type Conflicted = Exclude<Merge, { readonly tree: string }>;

/** What goes in together, and what was decided on the way. */
export interface Batch<C extends Candidate = Candidate> {
  /** They change different files and merge without a conflict. */
  readonly members: readonly C[];
  /** The tree with all of them. */
  readonly tree: string;
  readonly conflicted?: { readonly candidate: C; readonly merge: Conflicted } | undefined;
  readonly alreadyThere: readonly C[];
  /** For a later batch. */
  readonly rest: readonly C[];
}

/** Parts the runs that a commit has by its history, whatever was made of them since, from those that are to be merged. */
export async function partReached<C extends IntegrationCandidate>(
  queue: readonly C[],
  start: string,
  options: GitOptions,
): Promise<{ readonly reached: readonly C[]; readonly rest: readonly C[] }> {
  const reached = new Set<C>();
  for (const candidate of queue)
    for (const commit of candidate.commits ?? [])
      if (!reached.has(candidate) && (await isAncestor(commit, start, options))) reached.add(candidate);
  return { reached: [...reached], rest: queue.filter((candidate) => !reached.has(candidate)) };
}

/** Merges the change of a run into a tree. */
export const mergeInto = (
  merger: TreeMerger,
  tree: string,
  { runId, change }: Pick<Candidate, 'runId' | 'change'>,
): Promise<Merge> =>
  merger.merge({
    base: change.baseTree,
    ours: tree,
    theirs: change.tree,
    ourName: 'the integration',
    theirName: `run ${runId}`,
  });

/** A tree with the changes of several runs, in their order; undefined where they conflict. */
export async function mergeAll(
  merger: TreeMerger,
  start: string,
  members: readonly Candidate[],
): Promise<string | undefined> {
  let tree: string | undefined = start;
  for (const member of members) {
    ({ tree } = await mergeInto(merger, tree, member));
    if (tree === undefined) return undefined;
  }
  return tree;
}

/**
 * Takes from a queue what can be tested at once. Runs that touch the same files keep their order: one that has to wait makes those
 * behind it wait, too. The first of the queue is always decided.
 */
export async function planBatch<C extends Candidate>(
  queue: readonly C[],
  start: string,
  isReady: (candidate: Candidate) => boolean,
  merger: TreeMerger,
): Promise<Batch<C>> {
  const members: C[] = [];
  const alreadyThere: C[] = [];
  const rest: C[] = [];
  const taken: GitPath[] = [];
  let conflicted: Batch<C>['conflicted'];
  let tree = start;
  for (const candidate of queue) {
    const { paths } = candidate.change;
    if (conflicted || !isReady(candidate) || paths.some(touchesAny(taken))) {
      rest.push(candidate);
      taken.push(...paths);
      continue;
    }
    const merge = await mergeInto(merger, tree, candidate);
    if (merge.tree === tree) alreadyThere.push(candidate);
    else if (merge.tree !== undefined) {
      members.push(candidate);
      taken.push(...paths);
      tree = merge.tree;
    } else if (members.length === 0) conflicted = { candidate, merge };
    else {
      rest.push(candidate);
      taken.push(...paths);
    }
  }
  return { members, tree, conflicted, alreadyThere, rest };
}
