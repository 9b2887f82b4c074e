import { commitTree } from '../workspace/commit.js';
import { changeIdOf, safePaths } from './approved-change.js';
import { describeConflict } from './describe-conflict.js';
import { BaseRedError } from './errors.js';
import { guiltySet } from './guilty-set.js';
import { type TreeMerger, treeOfCommit } from './merge-trees.js';
import { inDependencyOrder } from './order-runs.js';
import type { Outcomes } from './outcomes.js';
import { type Batch, heldBy, mergeAll, planBatch, type Start } from './plan-batch.js';
import type { TestedTrees } from './tested-trees.js';
import type { VerifiedRun } from './verified-runs.js';

export interface BuildBranch {
  readonly integrationId: string;
  /** The commit to start from. */
  readonly start: string;
  readonly runs: readonly VerifiedRun[];
  readonly outcomes: Outcomes;
  readonly tests: TestedTrees;
  readonly merger: TreeMerger;
  /** Called after each batch. */
  readonly onProgress: () => Promise<void>;
}

/** The end of what is green. */
interface Tip {
  readonly commit: string;
  readonly tree: string;
}

/**
 * Puts in what is green, batch by batch, and returns the last commit. The same tests give the same commits.
 *
 * Throws {@link BaseRedError}, and `UnsafePatchError` where a merge made what must not reach a checkout.
 */
export async function buildBranch(build: BuildBranch): Promise<string> {
  const { start, runs, outcomes, merger, onProgress } = build;
  const startTree = await treeOfCommit(start, merger.git);
  let tip: Tip = { commit: start, tree: startTree };
  let queue = outcomes.withoutBlocked(inDependencyOrder(runs));
  while (queue.length > 0) {
    const batch = await planBatch(queue, tip.tree, ({ after }) => outcomes.areIn(after), merger);
    for (const { runId } of batch.alreadyThere) outcomes.decide(runId, 'already-there');
    if (batch.conflicted) await judgeConflict(batch.conflicted, { commit: start, tree: startTree }, build);
    if (batch.members.length > 0) tip = await judge(batch, tip, startTree, build);
    await onProgress();
    queue = outcomes.withoutBlocked(batch.rest);
  }
  return tip.commit;
}

/** A run that cannot be merged is there already where the start came after it; else it conflicts. */
async function judgeConflict(
  conflicted: NonNullable<Batch<VerifiedRun>['conflicted']>,
  start: Start,
  { runs, outcomes, merger }: BuildBranch,
): Promise<void> {
  const { runId } = conflicted.candidate;
  const held = await heldBy(conflicted.candidate, start, merger);
  if (held !== undefined) {
    const message = `It was merged before, as ${held.slice(0, 12)}; what was made since is left as it is.`;
    outcomes.decide(runId, 'already-there', { reason: { code: 'integration-changed-since', message } });
    return;
  }
  const integrated = runs.filter((run) => outcomes.isIntegrated(run.runId));
  const conflict = await describeConflict(conflicted, integrated, start.tree, merger);
  outcomes.decide(runId, 'conflict', { conflict });
}

/** Tests a batch; of a red one, what is guilty is named and left out until the rest is green. */
async function judge(batch: Batch<VerifiedRun>, tip: Tip, startTree: string, build: BuildBranch): Promise<Tip> {
  const { tests, outcomes, merger } = build;
  const isRed = async (members: readonly VerifiedRun[]): Promise<boolean> => {
    const tree = await mergeAll(merger, tip.tree, members);
    const runIds = members.map(({ runId }) => runId);
    return tree === undefined || !(await tests.isGreen(tree, runIds));
  };
  let { members } = batch;
  while (members.length > 0 && (await isRed(members))) {
    // What came after the start is only there because it was green.
    if (tip.tree === startTree && !(await tests.isGreen(startTree, []))) throw new BaseRedError(tip.commit);
    const guilty = await guiltySet(members, isRed);
    const last = guilty.at(-1);
    // As if they had been tried one by one: those before it are green without it, and stay.
    if (last)
      outcomes.decide(last.runId, 'red', {
        guilty: guilty.map(({ runId }) => runId),
        test: tests.numberOf(await mergeAll(merger, tip.tree, guilty)),
      });
    members = members.filter((member) => member !== last);
  }
  return commitAll(members, tip, build);
}

async function commitAll(members: readonly VerifiedRun[], start: Tip, build: BuildBranch): Promise<Tip> {
  const { outcomes, tests, merger, integrationId } = build;
  const test = tests.numberOf(await mergeAll(merger, start.tree, members));
  let { commit, tree } = start;
  for (const [index, { runId, goal, diffSha256, change, author, at }] of members.entries()) {
    const before = tree;
    tree = (await mergeAll(merger, start.tree, members.slice(0, index + 1))) ?? before;
    await safePaths(before, tree, merger.git);
    const trailers = { Run: runId, Diff: diffSha256, Integration: integrationId };
    const told = Object.entries(trailers).map(([name, value]) => `Codex-Orch-${name}: ${value}\n`);
    const message = `${goal.split('\n')[0]?.slice(0, 72) ?? ''}\n\n${told.join('')}`;
    commit = await commitTree(commit, { tree, message, author, at }, merger.git);
    const needsApproval = (await changeIdOf(before, tree, merger.git)) !== change.changeId;
    outcomes.decide(runId, 'integrated', { commit, needsApproval, test });
  }
  return { commit, tree };
}
