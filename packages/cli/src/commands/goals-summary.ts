import type { LockHolder } from '@codex-orch/core';
import type { FleetGoal, FleetRecord } from '@codex-orch/core/goals';
import type { Whereabouts } from '@codex-orch/core/integration';
import type { CliContext } from '../context.js';
import { nothingIsLeft } from '../compose/lanes/answered-since.js';
import { type Standpoint, asTyped } from '../print/as-typed.js';
import { counted } from '../print/counted.js';
import { type Palette, paletteFor } from '../print/palette.js';
import { shortLine, visibleLine } from '../print/visible.js';
import { sayWhere } from '../print/whereabouts.js';
import { type CommonFlags, standpointOf } from './command.js';
import { isLost, retryLines } from './goals-next.js';
import type { LocatedWork } from './integrate-steps.js';
import { repoFlag, selfCommand } from './self-command.js';

/** What is known beside the record of a fleet. */
export interface FleetNow {
  /** Who works on it. */
  readonly holder?: LockHolder | undefined;
  /** How runs of parked goals ended since, by the goal's id: nobody was there to note it. */
  readonly answered?: ReadonlyMap<string, string> | undefined;
}

/** How much is told of why a goal ended, in characters; the rest is in its run. */
export const reasonLength = 300;

/** How all goals stand, and what a human can do about them. */
export async function describeFleet(
  context: CliContext,
  flags: CommonFlags,
  record: FleetRecord,
  { holder, answered = new Map() }: FleetNow = {},
): Promise<readonly string[]> {
  const palette = paletteFor(context.process.stdout, context.process.env);
  const { bold, dim } = palette;
  const { goals, fleetId, used } = record;
  const width = Math.max(...goals.map(({ id }) => id.length));
  const self = selfCommand(context);
  const repo = repoFlag(flags);
  const steps = goals.flatMap((goal) => [
    ...(answered.has(goal.id) ? [] : [...diffSteps(goal, self, repo, palette), ...answerSteps(goal, self, repo)]),
    ...(isLost(goal) && goal.base !== null
      ? [`  ${self} runs show ${goal.runId}${repo}   ${dim(`# what happened to ${goal.id}, step by step`)}`]
      : []),
  ]);
  const isOver = nothingIsLeft(record, answered);
  const done = goals.filter(({ id, standing }) => (answered.get(id) ?? standing) === 'done');
  const isNeeded = ({ id }: FleetGoal): boolean => goals.some(({ after }) => after.includes(id));
  const work = isOver && done.length > 0 ? await workOf(context, flags, record, done) : undefined;
  steps.push(...(work?.steps ?? []));
  steps.push(...retryLines(record, { self, flags: repo, palette }));
  const tokens = `${used.totalTokens.toLocaleString('en')} tokens`;
  return [
    '',
    ...goals.flatMap((goal) => [
      goalLine(goal, width, palette, {
        isHeld: holder !== undefined,
        ended: answered.get(goal.id),
        isNeeded: isNeeded(goal),
        where: work?.where.get(goal.runId),
      }),
      ...hintLines(goal, width, standpointOf(context, flags)),
    ]),
    `${bold(fleetId)}  ${done.length} of ${counted(goals.length, 'goal')} done, ${tokens}${isOver ? '' : dim(' — not over')}`,
    ...(steps.length > 0 ? ['', bold('Next'), ...steps] : []),
    ...(isOver
      ? []
      : holder
        ? [`Process ${holder.pid} works on it.`]
        : [
            ...(stoppedGoals(goals).size > 0 ? ['Nobody works on it any more: the process that did was ended.'] : []),
            `  ${self} goals run --resume ${fleetId}${repoFlag(flags)}   ${dim('# goes on with the rest')}`,
          ]),
  ];
}

/** Where the work of goals is that are done, and what to type so that it arrives. */
async function workOf(
  context: CliContext,
  flags: CommonFlags,
  { repository, fleetId, goals }: FleetRecord,
  done: readonly FleetGoal[],
): Promise<LocatedWork> {
  const { locateWork } = await import('./integrate-steps.js');
  // An integration by the name of all wants each of them.
  const all = done.length === goals.length ? fleetId : undefined;
  return locateWork(
    context,
    flags,
    repository,
    done.map(({ runId }) => runId),
    all,
  );
}

/** What can be done about what interrupted or ended a goal. */
export function hintLines(
  { trouble, end, standing }: FleetGoal,
  width: number,
  standpoint: Standpoint,
): readonly string[] {
  const hint = standing === 'done' ? undefined : (trouble ?? end)?.hint;
  return hint === undefined ? [] : [`${' '.repeat(width)}  ${visibleLine(asTyped(hint, standpoint))}`];
}

/** What is known beside the record of a goal. */
interface GoalNow {
  readonly isHeld: boolean;
  /** How its run ended since. */
  readonly ended: string | undefined;
  /** Whether others depend on it. */
  readonly isNeeded: boolean;
  /** Where its work is, once it is done. */
  readonly where: Whereabouts | undefined;
}

function goalLine(
  { id, standing: recorded, runId, end, base, asks, trouble }: FleetGoal,
  width: number,
  palette: Palette,
  { isHeld, ended, isNeeded, where }: GoalNow,
): string {
  // Nobody is left who could have recorded that it stopped, or was answered.
  const standing = ended ?? (recorded === 'running' && !isHeld ? 'stopped' : recorded);
  const { bold, dim, green, red, yellow } = palette;
  const paint =
    standing === 'done' ? green : ['waiting', 'running', 'stopped', 'parked'].includes(standing) ? yellow : red;
  const failure = trouble ?? end;
  const why = failure ? ` ${shortLine(failure.message, reasonLength)} [${failure.code}]` : '';
  const asked =
    standing !== 'parked'
      ? ended === undefined || !isNeeded
        ? ''
        : dim(ended === 'done' ? ' what depends on it begins when the goals go on' : ' what depends on it is blocked')
      : trouble
        ? ' was interrupted:'
        : asks.length > 0
          ? ` asks ${asks.join(', ')}`
          : ' waits for your approval';
  const place = where && sayWhere(where, runId);
  return `${bold(id.padEnd(width))}  ${paint(standing.padEnd(9))}${base === null ? '' : ` ${dim(`run ${runId}`)}`}${asked}${why}${place === undefined ? '' : dim(` ${place}`)}`.trimEnd();
}

/** What to type to read the diff that a goal waits with: nobody should approve another. */
const diffSteps = (
  { id, standing, runId, asks, trouble }: FleetGoal,
  self: string,
  repo: string,
  { dim }: Pick<Palette, 'dim'>,
): readonly string[] =>
  standing === 'parked' && trouble === null && asks.length === 0
    ? [`  ${self} runs show ${runId}${repo}   ${dim(`# the diff of ${id}`)}`]
    : [];

/** What to type for a goal that waits for a human. */
export function answerSteps(
  { standing, runId, asks, trouble }: FleetGoal,
  self: string,
  repo: string,
): readonly string[] {
  if (standing !== 'parked' || trouble !== null) return [];
  if (asks.length === 0) return [`  ${self} approve ${runId}${repo}`];
  return asks.map((id) => `  ${self} approve ${runId} --request ${id}${repo}`);
}

/** Goals that, by their record, are worked on, while nobody works on them who could have recorded that it stopped. */
export const stoppedGoals = (goals: readonly FleetGoal[]): ReadonlyMap<string, string> =>
  new Map(goals.flatMap(({ id, standing }) => (standing === 'running' ? [[id, 'stopped'] as const] : [])));

/** How many goals stand how, e.g. `2 running, 3 waiting`; `known` is how they stand now, where it is not as recorded. */
export function countStandings(goals: readonly FleetGoal[], known: ReadonlyMap<string, string> = new Map()): string {
  const counts = new Map<string, number>();
  for (const { id, standing } of goals) {
    const now = known.get(id) ?? standing;
    counts.set(now, (counts.get(now) ?? 0) + 1);
  }
  return [...counts].map(([standing, count]) => `${count} ${standing}`).join(', ');
}
