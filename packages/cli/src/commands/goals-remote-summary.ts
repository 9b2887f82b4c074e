import path from 'node:path';
import { elevationDigest } from '@codex-orch/core';
import { type FleetGoal, hasEnded } from '@codex-orch/core/goals';
import type { FleetSeen } from '../compose/fleet-database/database-fleets.js';
import type { GoalSeen } from '../compose/fleet-database/look-at-goals.js';
import type { RemoteStanding } from '../compose/fleet-database/remote-goal.js';
import { fetchedDir } from '../compose/fleet-database/fetched-run.js';
import type { CliContext } from '../context.js';
import { counted } from '../print/counted.js';
import { elevationLines } from '../print/elevation.js';
import { paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import { shortLine, visibleLine } from '../print/visible.js';
import { version } from '../version.js';
import { standpointOf } from './command.js';
import { isLost, retryLines } from './goals-next.js';
import { hintLines, reasonLength } from './goals-summary.js';
import { hasLiveWorker, holderOf, loginWaitedFor, silenceOf, workerLines } from './goals-remote-workers.js';
import { beforePasting, queueFlags, type RemoteFlags, runFlags } from './remote-flags.js';
import { repoFlag, selfCommand } from './self-command.js';

const byGoal = ({ goals }: FleetSeen): ReadonlyMap<string, GoalSeen> =>
  new Map(goals.map((seen) => [seen.goal.id, seen]));

/** A fleet of a database for programs: its record, and where its goals are. */
export function remoteRecord({ process }: CliContext, seen: FleetSeen): object {
  const { record, run, workers, decided } = seen;
  const known = byGoal(seen);
  return {
    ...record,
    workers: workers.map(({ executor, host, version, startedAt, isLive, silentMs, runs }) => ({
      executor,
      host,
      version,
      startedAt,
      isLive,
      silentMs: Math.round(silentMs),
      goals: record.goals.filter(({ runId }) => runs.includes(runId)).map(({ id }) => id),
    })),
    goals: record.goals.map((goal) => ({
      ...goal,
      worker: workerOf(known.get(goal.id)),
      strandedBy: known.get(goal.id)?.run?.strandedBy ?? null,
      isHeld: holderOf(seen, goal.runId)?.isLive ?? false,
      decided: decided.get(goal.runId) ?? null,
      account: goal.mode === 'cloud' ? (seen.cloud?.account ?? null) : null,
      elevations: known.get(goal.id)?.how === 'waits' ? (known.get(goal.id)?.standing?.elevations ?? []) : [],
      folder: goal.runId === '' ? null : fetchedDir(process.env, goal.runId),
    })),
    worker: run?.executor ?? null,
    strandedBy: run?.strandedBy ?? null,
    interruption: run?.interruption ?? null,
  };
}

const workerOf = (seen: GoalSeen | undefined): string | null => seen?.run?.executor ?? seen?.standing?.worker ?? null;

/** How all goals of a fleet stand, who works on them, and what a human can do about them, wherever they are. */
export function describeRemoteFleet(context: CliContext, flags: RemoteFlags, seen: FleetSeen): readonly string[] {
  const { stdout, env } = context.process;
  const palette = paletteFor(stdout, env);
  const { bold, dim, green, red, yellow } = palette;
  const { record, run } = seen;
  const known = byGoal(seen);
  const width = Math.max(...record.goals.map(({ id }) => id.length));
  const done = record.goals.filter(({ standing }) => standing === 'done');
  const self = selfCommand(context);
  const all = queueFlags(context, flags);
  const line = (goal: FleetGoal): readonly string[] => {
    const { id, runId, base } = goal;
    const paint = goal.standing === 'done' ? green : hasEnded(goal) ? red : yellow;
    const where = base === null ? '' : ` ${dim(`run ${runId}`)}`;
    return [
      `${bold(id.padEnd(width))}  ${paint(shownStanding(seen, goal, known.get(id)).padEnd(9))}${where}${whatOf(seen, goal, known.get(id))}`,
      ...hintLines(goal, width, standpointOf(context, flags)),
    ];
  };
  const troubled = record.goals.filter(({ standing, trouble }) => standing === 'parked' && trouble !== null);
  const steps = [
    ...record.goals.flatMap((goal) => [
      ...answerLines(context, flags, goal, known.get(goal.id)),
      ...(goal.standing === 'done' ? intoCheckout(context, flags, goal) : []),
      ...(isLost(goal) && known.get(goal.id)?.run?.outcome?.ok === true ? lookInto(context, flags, goal) : []),
    ]),
    ...(troubled.length > 0 || run?.interruption
      ? [`  ${self} goals run --resume ${record.fleetId}${all}   ${dim('# goes on, once that is mended')}`]
      : []),
    ...retryLines(record, { self, flags: all, palette }),
  ];
  return [
    '',
    ...record.goals.flatMap(line),
    `${bold(record.fleetId)}  ${done.length} of ${counted(record.goals.length, 'goal')} done, ${record.used.totalTokens.toLocaleString('en')} tokens${record.over ? '' : dim(' — not over')}`,
    ...strandedLines(seen),
    ...(run?.interruption
      ? [`It was interrupted: ${visibleLine(run.interruption.message)} [${run.interruption.code}]`]
      : []),
    ...workerLines(context, flags, seen),
    ...(steps.length > 0 ? ['', bold('Next'), ...steps, ...beforePasting(context, flags)] : []),
  ];
}

/** How a goal stands, in one word for people; `decided`, `queued` and `stopped` are known of the database alone. */
export function shownStanding(
  seen: FleetSeen,
  { standing, runId, base }: FleetGoal,
  one: GoalSeen | undefined,
): string {
  const isOpen = standing === 'running' || (standing === 'waiting' && base !== null);
  if (!isOpen || !one) return standing;
  const holder = holderOf(seen, runId);
  if (holder) return holder.isLive ? 'running' : 'stopped';
  if (seen.decided.has(runId)) return 'decided';
  return one.works ? 'running' : 'queued';
}

/** What there is to say of a goal beside how it stands: who has it, what it waits for, why it ended. */
function whatOf(seen: FleetSeen, goal: FleetGoal, one: GoalSeen | undefined): string {
  const { standing, trouble, end, asks, runId, stopping } = goal;
  const failure = trouble ?? end;
  const why = failure ? ` ${shortLine(failure.message, reasonLength)} [${visibleLine(failure.code)}]` : '';
  if (hasEnded(goal)) return `${onWorker(one)}${one && failure ? ':' : ''}${why}`;
  const ending = stopping === null ? '' : ', is being ended';
  if (standing === 'parked') {
    if (trouble) return `${onWorker(one)} was interrupted:${why}`;
    return `${onWorker(one)}${asks.length > 0 ? ` asks ${asks.join(', ')}` : ' waits for your approval'}${ending}`;
  }
  if (!one) return standing === 'waiting' && goal.after.length > 0 ? ` for ${waitedFor(seen, goal)}` : '';
  const silence = silenceOf(seen, one);
  const decision = holderOf(seen, runId)?.isLive === true ? undefined : seen.decided.get(runId);
  const isQueued = holderOf(seen, runId) === undefined && !one.works;
  const login = isQueued ? loginWaitedFor(seen, goal) : undefined;
  const told = [
    ...(decision ? [`${decision.decision} by ${visibleLine(decision.by.name)}, ${login ?? 'waits for a worker'}`] : []),
    ...(login === undefined || decision ? [] : [login]),
    ...(silence === undefined ? [] : [silence]),
    ...(one.works && one.usage.totalTokens > 0 ? [`${one.usage.totalTokens.toLocaleString('en')} tokens`] : []),
  ];
  const where = silence === undefined && one.works ? onWorker(one) : '';
  return `${where}${told.length > 0 ? `${where === '' ? ' ' : ', '}${told.join('; ')}` : ''}${ending}`;
}

const waitedFor = ({ record }: FleetSeen, { after }: FleetGoal): string =>
  record.goals
    .filter(({ id, standing }) => after.includes(id) && standing !== 'done')
    .map(({ id }) => id)
    .join(', ');

function onWorker(seen: GoalSeen | undefined): string {
  const worker = workerOf(seen);
  return worker === null ? '' : ` on ${visibleLine(worker)}`;
}

/** What to type for a goal that waits for a human, and what to read before. */
function answerLines(
  context: CliContext,
  flags: RemoteFlags,
  { standing, runId, trouble, stopping }: FleetGoal,
  seen: GoalSeen | undefined,
): readonly string[] {
  if (standing !== 'parked' || trouble !== null || stopping !== null) return [];
  const { env } = context.process;
  const command = `${selfCommand(context)} approve ${runId}`;
  const rest = runFlags(context, flags).trim();
  const elevations = seen?.how === 'waits' ? (seen.standing?.elevations ?? []) : [];
  if (elevations.length === 0)
    return [
      `  less ${shellWord(path.join(fetchedDir(env, runId), 'diff.patch'))}`,
      `  ${command} ${rest}   ${paletteFor(context.process.stdout, env).dim('# or reject')}`,
    ];
  return elevations.flatMap((elevation) => [
    `  Codex asks to leave its sandbox (${visibleLine(elevation.id)}) and to`,
    ...(isWhole(runId, elevation)
      ? elevationLines(elevation.request).map((line) => `  ${line}`)
      : ['    do something that was changed on its way here: do not answer it']),
    `  ${command} --request ${visibleLine(elevation.id)} ${rest}`,
  ]);
}

/** What to type to have the work of a run that is done in the checkout. */
export function intoCheckout(
  context: CliContext,
  flags: RemoteFlags,
  { runId }: Pick<FleetGoal, 'runId'>,
): readonly string[] {
  const self = selfCommand(context);
  return [`  ${self} runs fetch ${runId}${runFlags(context, flags)}`, `  ${self} apply ${runId}${repoFlag(flags)}`];
}

/** What to type to see why a goal ended otherwise than done. */
function lookInto(context: CliContext, flags: RemoteFlags, { runId, id }: FleetGoal): readonly string[] {
  const self = selfCommand(context);
  const { dim } = paletteFor(context.process.stdout, context.process.env);
  return [
    `  ${self} runs fetch ${runId}${runFlags(context, flags)}`,
    `  ${self} runs show ${runId}${repoFlag(flags)}   ${dim(`# what happened to ${id}, step by step`)}`,
  ];
}

type RemoteElevation = RemoteStanding['elevations'][number];

/** Whether a request is what its digest says, which is what an answer is about. */
export const isWhole = (runId: string, elevation: RemoteElevation): boolean =>
  elevationDigest(runId, elevation) === elevation.sha256;

/** Which runs no live worker can go on with, and why. */
export function strandedLines(seen: FleetSeen): readonly string[] {
  const { record, run, goals } = seen;
  if (record.over) return [];
  const stranded = [
    ...(run?.strandedBy == null ? [] : [[record.fleetId, run.strandedBy] as const]),
    ...goals.flatMap(({ goal, run: own }) =>
      own?.strandedBy == null || hasEnded(goal) ? [] : [[goal.id, own.strandedBy] as const],
    ),
  ];
  // Where no worker is there at all, one of this version will do.
  return stranded
    .filter(([, begun]) => begun !== version || hasLiveWorker(seen))
    .map(
      ([id, begun]) =>
        `${id} was begun by a worker of version ${visibleLine(begun)}, and no worker that can go on with it is there. Cancel it and begin it again; a worker of version ${visibleLine(begun)} can go on with it only where no newer version has migrated this database.`,
    );
}
