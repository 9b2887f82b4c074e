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

/** What an integration starts from. */
export interface Start {
  readonly commit: string;
  readonly tree: string;
}

/**
 * The commit by which a start has the work of a run that cannot be merged: it was merged before, and changed since. What was taken back
 * can be merged again, so it is not there, whatever the history says.
 */
export async function heldBy(candidate: Candidate, start: Start, merger: TreeMerger): Promise<string | undefined> {
  const { tree } = await mergeInto(merger, start.tree, candidate);
  if (tree !== undefined && tree !== start.tree) return undefined;
  for (const commit of candidate.commits ?? []) if (await isAncestor(commit, start.commit, merger.git)) return commit;
  return undefined;
}

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
