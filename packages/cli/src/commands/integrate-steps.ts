import { gitResult, isTerminal, openRepository, readRun, type Repository, type RunRecord } from '@codex-orch/core';
import {
  type Arrivals,
  Containment,
  hasArrived,
  IntegrationLayout,
  type IntegrationRecord,
  readIntegration,
} from '@codex-orch/core/integration';
import { dependenciesOf } from '../compose/integration/approved-run.js';
import { approvedWork, openArrivals, workOf } from '../compose/integration/arrivals.js';
import { branchOf } from '../compose/integration/branch-of.js';
import { branchesAfter } from '../compose/integration/branches-after.js';
import { runLayout } from '../compose/noted-runs.js';
import { unlessUnusable } from '../compose/unless-unusable.js';
import type { CliContext } from '../context.js';
import { type Palette, paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import type { SeenWork } from '../print/whereabouts.js';
import type { CommonFlags } from './command.js';
import { mergeStep } from './integrate-print.js';
import { repoFlag, selfCommand } from './self-command.js';

/** Approved work of runs of a repository, and where it is. */
export interface LocatedWork {
  readonly where: ReadonlyMap<string, SeenWork>;
  /** What to type so that the rest of it arrives: what mends its conflicts, a merge, or an integration. */
  readonly steps: readonly string[];
  /** Those of the steps that mend conflicts. */
  readonly mends: readonly string[];
  /** Runs of the rest that are on no branch and conflict with none: an integration takes them once what they wait for is in, or `apply`. */
  readonly untried: readonly string[];
}

/**
 * Where the approved work of runs is, and what to type so that the rest arrives. `all` is what stands for all of these runs on the
 * command line, where something does. What cannot be looked at is nowhere.
 */
export async function locateWork(
  context: CliContext,
  flags: CommonFlags,
  root: string,
  runIds: readonly string[],
  all?: string,
): Promise<LocatedWork> {
  const { env, stdout } = context.process;
  const nothing: LocatedWork = { where: new Map(), steps: [], mends: [], untried: runIds };
  const repository = await unlessUnusable(() => openRepository(root));
  if (!repository) return nothing;
  await using arrivals = await openArrivals(env, repository);
  const layout = runLayout(env, root);
  const read = (runId: string): Promise<RunRecord | undefined> =>
    unlessUnusable(async () => readRun(await layout.find(runId)));
  await using containment = new Containment(repository);
  const where = new Map<string, SeenWork>();
  for (const runId of runIds) {
    const run = await read(runId);
    const work = run && (await approvedWork(env, run));
    const found = work ? await arrivals.whereabouts(work) : ({ how: 'nowhere', runId } as const);
    const merged = found.how === 'merged' ? await workOf(env, repository, found.runId) : undefined;
    const isTakenBack =
      found.how === 'merged' && merged && (await containment.isTakenBack(found.commit, found.into, merged.diff));
    where.set(runId, isTakenBack ? { ...found, isTakenBack } : found);
  }
  const step = {
    self: selfCommand(context),
    flags,
    palette: paletteFor(stdout, env),
    context,
    repository,
    arrivals,
    read,
  };
  return { where, ...(await stepsFor(where, step, all)) };
}

export const runIdsOf = ({ runs }: IntegrationRecord): readonly string[] => runs.map(({ runId }) => runId);

/** Runs of an integration that are not in it, by its record. */
export const leftOut = ({ runs }: IntegrationRecord): readonly string[] =>
  runs.flatMap(({ runId, outcome }) => (outcome === 'integrated' || outcome === 'already-there' ? [] : [runId]));

interface StepParts {
  readonly context: CliContext;
  readonly flags: CommonFlags;
  readonly self: string;
  readonly palette: Palette;
  readonly repository: Repository;
  readonly arrivals: Arrivals;
  readonly read: (runId: string) => Promise<RunRecord | undefined>;
}

async function stepsFor(
  located: ReadonlyMap<string, SeenWork>,
  parts: StepParts,
  all: string | undefined,
): Promise<Omit<LocatedWork, 'where'>> {
  const { self, flags, palette } = parts;
  const waiting = [...located].filter(([, where]) => !hasArrived(where));
  const integrated = waiting.flatMap(([runId, where]) => (where.how === 'integrated' ? [{ runId, where }] : []));
  const mends = new Map<string, string>();
  const untried: string[] = [];
  for (const [runId, { how }] of waiting) {
    if (how === 'integrated') continue;
    const mend = await mendStep(runId, parts);
    if (mend === undefined) untried.push(runId);
    else mends.set(runId, mend);
  }
  const lines = new Set(mends.values());
  const free = await withoutDependents(untried, mends, parts);
  if (free.length === 0) {
    const merges = new Set<string>();
    for (const id of new Set(integrated.map(({ where }) => where.integration)))
      for (const line of await mergeLines(id, parts)) merges.add(line);
    return { steps: [...lines, ...merges], mends: [...lines], untried };
  }
  const integrate = (what: string): string =>
    `  ${self} integrate ${what}${repoFlag(flags)}   ${palette.dim('# a branch of what is done')}`;
  const result = { mends: [...lines], untried };
  // What was mended conflicts again anywhere else; what stands on it goes onto its branch.
  const mended = integrated.find(({ runId, where }) => where.runId !== runId);
  if (mended) {
    const branch = mended.where.into.replace(/^refs\/heads\//, '');
    return { ...result, steps: [...lines, integrate(`${free.join(' ')} --branch ${shellWord(branch)}`)] };
  }
  // What is on a branch that was built goes onto the next one, too: others may stand on it.
  const named = waiting.flatMap(([runId, { how }]) => (how === 'integrated' || free.includes(runId) ? [runId] : []));
  const what = all !== undefined && mends.size === 0 ? all : named.join(' ');
  return { ...result, steps: [...lines, integrate(what)] };
}

/** Leaves out what waits for a run that is in conflict still. */
async function withoutDependents(
  untried: readonly string[],
  mends: ReadonlyMap<string, string>,
  { context }: StepParts,
): Promise<readonly string[]> {
  if (mends.size === 0) return untried;
  const open = new Set(mends.keys());
  const left = new Map<string, readonly string[]>();
  for (const runId of untried) left.set(runId, await dependenciesOf(context.process.env, runId));
  for (let before = -1; before !== open.size;) {
    before = open.size;
    for (const [runId, after] of left) if (after.some((needed) => open.has(needed))) open.add(runId);
  }
  return untried.filter((runId) => !open.has(runId));
}

/** What to type for a run that conflicted; undefined for one that did not, or in an integration that was given up. */
async function mendStep(runId: string, parts: StepParts): Promise<string | undefined> {
  const { self, flags, palette, repository, arrivals, read } = parts;
  const conflict = arrivals.conflictOf(runId);
  if (!conflict) return undefined;
  const { integration, followUp } = conflict;
  const line = (command: string, why: string): string =>
    `  ${self} ${command}${repoFlag(flags)}   ${palette.dim(`# ${why}`)}`;
  const mending = followUp === null ? undefined : await read(followUp);
  if (!mending)
    return (await isGivenUp(repository, integration))
      ? undefined
      : line(`integrate --resume ${integration} --revise`, 'hands each conflict to a builder');
  const { phase } = mending.state;
  if (phase !== 'done')
    return line(
      `runs show ${mending.runId}`,
      isTerminal(phase) ? `was to mend a conflict, and is ${phase}` : 'is to mend a conflict',
    );
  const next = await mendStep(mending.runId, parts);
  if (next !== undefined) return next;
  const branch = (await branchOf(repository.root, integration)) ?? '';
  return line(`integrate ${mending.runId} --branch ${shellWord(branch)}`, 'puts it into that branch');
}

/** Whether nothing has what an integration built any more: its user deleted the branch. */
async function isGivenUp({ root, gitDir }: Repository, id: string): Promise<boolean> {
  const record = await unlessUnusable(() => readIntegration(new IntegrationLayout(root).folderOf(id)));
  if (!record?.tip) return false;
  const args = ['for-each-ref', '--count=1', '--format=%(refname)', `--contains=${record.tip}`];
  const { exitCode, stdout } = await gitResult(args, { cwd: gitDir, gitDir });
  return exitCode !== 0 || stdout.length === 0;
}

/** How the branch of an integration is merged. */
async function mergeLines(id: string, { context, flags, palette, repository }: StepParts): Promise<readonly string[]> {
  const record = await unlessUnusable(() => readIntegration(new IntegrationLayout(repository.root).folderOf(id)));
  const after = record && (await branchesAfter(context.process.env, repository, record));
  return after && !after.isMerged ? [mergeStep(flags, record, after, palette)] : [];
}
