import { interruptsRun } from '../errors/failure.js';
import { OrchError } from '../errors/orch-error.js';
import { ScratchGitDirectory } from '../workspace/git-directory.js';
import type { Repository } from '../workspace/repository.js';
import { readApprovedChange } from './approved-change.js';
import { describeConflict } from './describe-conflict.js';
import type { IntegrationInput, RunOutcome } from './integration-record.js';
import type { Approved } from './integration-workflow.js';
import { TreeMerger, treeOfCommit } from './merge-trees.js';
import { inDependencyOrder } from './order-runs.js';
import { type Candidate, heldBy, planBatch } from './plan-batch.js';
import { findStart, type StartingPoint } from './publish.js';

/** What an integration would merge, if all tests were green. */
export interface DryRun {
  readonly start: StartingPoint;
  /** Runs that would be tested together. */
  readonly batches: readonly (readonly string[])[];
  readonly alreadyThere: readonly string[];
  readonly conflicts: readonly { readonly runId: string; readonly conflict: NonNullable<RunOutcome['conflict']> }[];
  readonly refused: readonly { readonly runId: string; readonly code: string; readonly message: string }[];
  /** Runs that depend on one that would not be in. */
  readonly blocked: readonly string[];
}

/**
 * Merges as an integration would, in a git directory that is gone afterwards. No test is run, and no ref is moved.
 *
 * Throws what finding the start throws.
 */
export async function dryRun(
  input: Pick<IntegrationInput, 'base' | 'branch' | 'runs'>,
  repository: Repository,
  approved: (run: IntegrationInput['runs'][number]) => Promise<Approved>,
  signal?: AbortSignal,
): Promise<DryRun> {
  const start = await findStart(repository, input.base, input.branch, signal);
  await using scratch = await ScratchGitDirectory.make(repository, start.base);
  const options = { cwd: scratch.dir, gitDir: scratch.dir, signal };
  const refused: DryRun['refused'][number][] = [];
  const candidates: Candidate[] = [];
  for (const run of input.runs) {
    const known = await approved(run);
    try {
      if (!known.ok) refused.push({ runId: run.runId, code: known.code, message: known.message });
      else {
        const diff = { file: known.file, baseIn: known.baseIn, baseCommit: run.baseCommit, sha256: run.diffSha256 };
        candidates.push({ ...run, change: await readApprovedChange(diff, options) });
      }
    } catch (error) {
      if (!(error instanceof OrchError) || interruptsRun(error)) throw error;
      refused.push({ runId: run.runId, code: error.code, message: error.message });
    }
  }
  const from = start.branch ?? start.base;
  const startTree = await treeOfCommit(from, options);
  const merger = new TreeMerger(options);
  const isIn = new Set<string>();
  const integrated: Candidate[] = [];
  const batches: string[][] = [];
  const alreadyThere: string[] = [];
  const conflicts: DryRun['conflicts'][number][] = [];
  let [tree, queue] = [startTree, inDependencyOrder(candidates)];
  for (;;) {
    const batch = await planBatch(queue, tree, ({ after }) => after.every((runId) => isIn.has(runId)), merger);
    const { conflicted } = batch;
    const held = conflicted && (await heldBy(conflicted.candidate, { commit: from, tree: startTree }, merger));
    const there = [...batch.alreadyThere, ...(conflicted && held !== undefined ? [conflicted.candidate] : [])];
    const went = [...batch.members, ...there];
    alreadyThere.push(...there.map(({ runId }) => runId));
    if (batch.members.length > 0) batches.push(batch.members.map(({ runId }) => runId));
    if (conflicted && held === undefined)
      conflicts.push({
        runId: conflicted.candidate.runId,
        conflict: await describeConflict(conflicted, integrated, startTree, merger),
      });
    for (const { runId } of went) isIn.add(runId);
    integrated.push(...batch.members);
    [tree, queue] = [batch.tree, batch.rest];
    if (went.length === 0 && !conflicted)
      return { start, batches, alreadyThere, conflicts, refused, blocked: queue.map(({ runId }) => runId) };
  }
}
