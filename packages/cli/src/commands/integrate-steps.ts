import { isTerminal, openRepository, OrchError, readRun, type Repository, type RunRecord } from '@codex-orch/core';
import {
  type Arrivals,
  hasArrived,
  IntegrationLayout,
  type IntegrationRecord,
  readIntegration,
  type Whereabouts,
} from '@codex-orch/core/integration';
import { approvedWork, openArrivals } from '../compose/integration/arrivals.js';
import { branchOf } from '../compose/integration/branch-of.js';
import { branchesAfter } from '../compose/integration/branches-after.js';
import { runLayout } from '../compose/noted-runs.js';
import type { CliContext } from '../context.js';
import { type Palette, paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import type { CommonFlags } from './command.js';
import { mergeStep } from './integrate-print.js';
import { repoFlag, selfCommand } from './self-command.js';

/** Approved work of runs of a repository, and where it is. */
export interface LocatedWork {
  readonly where: ReadonlyMap<string, Whereabouts>;
  /** What to type so that the rest of it arrives: what mends its conflicts, a merge, or an integration. */
  readonly steps: readonly string[];
  /** Those of the steps that mend conflicts. */
  readonly mends: readonly string[];
  /** Runs of the rest that are on no branch and conflict with none: an integration takes them, or `apply`. */
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
  const repository = await openRepository(root).catch((error: unknown): undefined => {
    if (!(error instanceof OrchError)) throw error;
  });
  if (!repository) return nothing;
  await using arrivals = await openArrivals(env, repository);
  const layout = runLayout(env, root);
  const read = async (runId: string): Promise<RunRecord | undefined> => {
    try {
      return await readRun(await layout.find(runId));
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      return undefined;
    }
  };
  const where = new Map<string, Whereabouts>();
  for (const runId of runIds) {
    const run = await read(runId);
    const work = run && (await approvedWork(env, run));
    where.set(runId, work ? await arrivals.whereabouts(work) : { how: 'nowhere', runId });
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
  located: ReadonlyMap<string, Whereabouts>,
  parts: StepParts,
  all: string | undefined,
): Promise<Omit<LocatedWork, 'where'>> {
  const { self, flags, palette, arrivals } = parts;
  const waiting = [...located].filter(([, where]) => !hasArrived(where));
  const integrated = new Set(waiting.flatMap(([, where]) => (where.how === 'integrated' ? [where.integration] : [])));
  const mends = new Set<string>();
  const untried: string[] = [];
  for (const [runId, { how }] of waiting) {
    if (how === 'integrated') continue;
    const mend = await mendStep(runId, parts);
    if (mend === undefined) untried.push(runId);
    else mends.add(mend);
  }
  if (untried.length === 0) {
    const merges = new Set<string>();
    for (const id of integrated) for (const line of await mergeLines(id, parts)) merges.add(line);
    return { steps: [...mends, ...merges], mends: [...mends], untried };
  }
  // What is on a branch that was built goes onto the next one, too: others may stand on it.
  const named = waiting.flatMap(([runId, { how }]) => (how === 'integrated' || untried.includes(runId) ? [runId] : []));
  const isClear = waiting.every(([runId]) => arrivals.conflictOf(runId) === undefined);
  const what = all !== undefined && isClear ? all : named.join(' ');
  const integrate = `  ${self} integrate ${what}${repoFlag(flags)}   ${palette.dim('# a branch of what is done')}`;
  return { steps: [...mends, integrate], mends: [...mends], untried };
}

/** What to type for a run that conflicted; undefined for one that did not. */
async function mendStep(runId: string, parts: StepParts): Promise<string | undefined> {
  const { self, flags, palette, repository, arrivals, read } = parts;
  const conflict = arrivals.conflictOf(runId);
  if (!conflict) return undefined;
  const { integration, followUp } = conflict;
  const line = (command: string, why: string): string =>
    `  ${self} ${command}${repoFlag(flags)}   ${palette.dim(`# ${why}`)}`;
  const mending = followUp === null ? undefined : await read(followUp);
  if (!mending) return line(`integrate --resume ${integration} --revise`, 'hands each conflict to a builder');
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

/** How the branch of an integration is merged. */
async function mergeLines(id: string, { context, flags, palette, repository }: StepParts): Promise<readonly string[]> {
  const record = await readIntegration(new IntegrationLayout(repository.root).folderOf(id));
  const after = record && (await branchesAfter(context.process.env, repository, record));
  return after && !after.isMerged ? [mergeStep(flags, record, after, palette)] : [];
}
