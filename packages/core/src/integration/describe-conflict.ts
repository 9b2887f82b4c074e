import { gitPathOf, touchesAny } from '../workspace/git-path.js';
import type { RunOutcome } from './integration-record.js';
import type { TreeMerger } from './merge-trees.js';
import { type Batch, type Candidate, mergeInto } from './plan-batch.js';

/** Tells what a run conflicts with: which of the runs that are in, or what it all started from. */
export async function describeConflict(
  { candidate, merge }: NonNullable<Batch['conflicted']>,
  integrated: readonly Candidate[],
  startTree: string,
  merger: TreeMerger,
): Promise<NonNullable<RunOutcome['conflict']>> {
  const touches = touchesAny(merge.conflicts.flatMap(({ paths }) => paths.map(gitPathOf)));
  const onStart = await mergeInto(merger, startTree, candidate);
  return {
    with: integrated.filter(({ change }) => change.paths.some(touches)).map(({ runId, goal }) => ({ runId, goal })),
    withBase: onStart.tree === undefined,
    conflicts: merge.conflicts.map((conflict) => ({ ...conflict, paths: [...conflict.paths] })),
    places: [...merge.places],
  };
}
