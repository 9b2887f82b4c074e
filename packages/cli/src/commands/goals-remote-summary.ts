import path from 'node:path';
import { elevationDigest } from '@codex-orch/core';
import type { FleetGoal } from '@codex-orch/core/goals';
import type { FleetSeen } from '../compose/fleet-database/database-fleets.js';
import type { GoalSeen } from '../compose/fleet-database/look-at-goals.js';
import type { RemoteStanding } from '../compose/fleet-database/remote-goal.js';
import { fetchedDir } from '../compose/fleet-database/fetched-run.js';
import type { CliContext } from '../context.js';
import { counted } from '../print/counted.js';
import { elevationLines } from '../print/elevation.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import type { CommonFlags } from './command.js';
import { repoFlag, selfCommand } from './self-command.js';

const byGoal = ({ goals }: FleetSeen): ReadonlyMap<string, GoalSeen> =>
  new Map(goals.map((seen) => [seen.goal.id, seen]));

/** A fleet of a database for programs: its record, and where its goals are. */
export function remoteRecord({ process }: CliContext, seen: FleetSeen): object {
  const { record, run } = seen;
  const known = byGoal(seen);
  return {
    ...record,
    goals: record.goals.map((goal) => ({
      ...goal,
      worker: workerOf(known.get(goal.id)),
      strandedBy: known.get(goal.id)?.run?.strandedBy ?? null,
      elevations: known.get(goal.id)?.how === 'waits' ? (known.get(goal.id)?.standing?.elevations ?? []) : [],
      folder: goal.runId === '' ? null : fetchedDir(process.env, goal.runId),
    })),
    worker: run?.executor ?? null,
    strandedBy: run?.strandedBy ?? null,
    interruption: run?.interruption ?? null,
  };
}

const workerOf = (seen: GoalSeen | undefined): string | null => seen?.run?.executor ?? seen?.standing?.worker ?? null;

/** How all goals of a fleet stand, and what a human can do about them, wherever they are. */
export function describeRemoteFleet(context: CliContext, flags: CommonFlags, seen: FleetSeen): readonly string[] {
  const { stdout, env } = context.process;
  const { bold, dim, green, red, yellow } = paletteFor(stdout, env);
  const { record, run } = seen;
  const known = byGoal(seen);
  const width = Math.max(...record.goals.map(({ id }) => id.length));
  const done = record.goals.filter(({ standing }) => standing === 'done');
  const line = (goal: FleetGoal): string => {
    const { id, runId, base, standing } = goal;
    const paint = standing === 'done' ? green : ['waiting', 'running', 'parked'].includes(standing) ? yellow : red;
    const where = base === null ? '' : ` ${dim(`run ${runId}`)}${onWorker(known.get(id), goal)}`;
    return `${bold(id.padEnd(width))}  ${paint(standing.padEnd(9))}${where}${whyOf(goal, known.get(id))}`;
  };
  const steps = record.goals.flatMap((goal) => [
    ...answerLines(context, flags, goal, known.get(goal.id)),
    ...(goal.standing === 'done' ? intoCheckout(context, flags, goal.runId) : []),
  ]);
  return [
    '',
    ...record.goals.map(line),
    `${bold(record.fleetId)}  ${done.length} of ${counted(record.goals.length, 'goal')} done, ${record.used.totalTokens.toLocaleString('en')} tokens${record.over ? '' : dim(' — not over')}`,
    ...strandedLines(seen),
    ...(run?.interruption
      ? [
          `It was interrupted: ${visibleLine(run.interruption.message)} [${run.interruption.code}]`,
          `  ${selfCommand(context)} goals run --resume ${record.fleetId} --database …${repoFlag(flags)}`,
        ]
      : []),
    ...(steps.length > 0 ? ['', bold('Next'), ...steps] : []),
  ];
}

function onWorker(seen: GoalSeen | undefined, { standing }: FleetGoal): string {
  const worker = workerOf(seen);
  if (standing === 'running' && seen?.run?.executor == null) return ' stands in line';
  return worker === null ? '' : ` on ${visibleLine(worker)}`;
}

function whyOf({ standing, trouble, end, asks }: FleetGoal, seen: GoalSeen | undefined): string {
  const failure = trouble ?? end;
  const why = failure ? ` ${visibleLine(failure.message)} [${failure.code}]` : '';
  if (standing === 'running' && seen && seen.usage.totalTokens > 0)
    return `, ${seen.usage.totalTokens.toLocaleString('en')} tokens`;
  if (standing !== 'parked') return why;
  if (trouble) return ` was interrupted:${why}`;
  return asks.length > 0 ? ` asks ${asks.join(', ')}` : ' waits for your approval';
}

/** What to type for a goal that waits for a human, and what to read before. */
function answerLines(
  context: CliContext,
  flags: CommonFlags,
  { standing, runId, trouble }: FleetGoal,
  seen: GoalSeen | undefined,
): readonly string[] {
  if (standing !== 'parked' || trouble !== null) return [];
  const { env } = context.process;
  const command = `${selfCommand(context)} approve ${runId}`;
  const rest = `--database …${repoFlag(flags)}`;
  const elevations = seen?.how === 'waits' ? (seen.standing?.elevations ?? []) : [];
  if (elevations.length === 0)
    return [`  read ${visibleLine(path.join(fetchedDir(env, runId), 'diff.patch'))}, then: ${command} ${rest}`];
  return elevations.flatMap((elevation) => [
    `  Codex asks to leave its sandbox (${visibleLine(elevation.id)}) and to`,
    ...(isWhole(runId, elevation)
      ? elevationLines(elevation.request).map((line) => `  ${line}`)
      : ['    do something that was changed on its way here: do not answer it']),
    `  ${command} --request ${visibleLine(elevation.id)} ${rest}`,
  ]);
}

/** What to type to have the work of a run that is done in the checkout. */
export function intoCheckout(context: CliContext, flags: CommonFlags, runId: string): readonly string[] {
  const [self, repo] = [selfCommand(context), repoFlag(flags)];
  return [`  ${self} runs fetch ${runId} --database …${repo}`, `  ${self} apply ${runId}${repo}`];
}

type RemoteElevation = RemoteStanding['elevations'][number];

/** Whether a request is what its digest says, which is what an answer is about. */
export const isWhole = (runId: string, elevation: RemoteElevation): boolean =>
  elevationDigest(runId, elevation) === elevation.sha256;

/** Which runs no live worker can go on with, and why. */
export function strandedLines({ record, run, goals }: FleetSeen): readonly string[] {
  if (record.over) return [];
  const stranded = [
    ...(run?.strandedBy == null ? [] : [[record.fleetId, run.strandedBy] as const]),
    ...goals.flatMap(({ goal, run: own }) => (own?.strandedBy == null ? [] : [[goal.id, own.strandedBy] as const])),
  ];
  return stranded.map(
    ([id, version]) =>
      `${id} was begun by a worker of version ${visibleLine(version)}, and no worker that can go on with it is there. Start one of that version, or cancel it.`,
  );
}
