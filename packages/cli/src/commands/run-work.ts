import type { Manifest } from '@codex-orch/core';
import type { FleetRecord } from '@codex-orch/core/goals';
import { hasArrived } from '@codex-orch/core/integration';
import { answeredSince, nothingIsLeft } from '../compose/lanes/answered-since.js';
import { readLocalFleet } from '../compose/lanes/fleet-place.js';
import type { CliContext } from '../context.js';
import type { Palette } from '../print/palette.js';
import { sayWhere } from '../print/whereabouts.js';
import type { CommonFlags } from './command.js';
import { locateWork } from './integrate-steps.js';
import { repoFlag, selfCommand } from './self-command.js';

/** What is to be told of the work of a run, and of the goals that it was begun with. */
export interface RunWork {
  /** What comes next for those goals, which may have been made on each other's work; undefined for a run that was begun alone. */
  readonly fleet: string | undefined;
  /** Where its approved work is, in words; undefined where that is nowhere. */
  readonly where: string | undefined;
  /** What to type so that it arrives; undefined where nothing was tried with it yet, and it was begun alone. */
  readonly bring: readonly string[] | undefined;
}

/** Goals of this machine, and whether some of them are to be gone on with. */
interface Fleet {
  readonly record: FleetRecord;
  readonly isLeft: boolean;
  /** The runs of those that are done. */
  readonly done: readonly string[];
}

/** Looks where the work of a run is. Goals of another machine are not known here. */
export async function workOfRun(
  context: CliContext,
  flags: CommonFlags,
  { runId, repository, state }: Manifest,
  fleetId: string | undefined,
  { dim }: Palette,
): Promise<RunWork> {
  const found = fleetId === undefined ? undefined : await findFleet(context.process.env, fleetId);
  const step = (command: string, what: string): string =>
    `  ${selfCommand(context)} ${command} ${fleetId ?? ''}${repoFlag(flags)}   ${dim(`# ${what}`)}`;
  const fleet =
    found &&
    (found.isLeft
      ? step('goals run --resume', 'goes on with its other goals')
      : step('goals status', 'how all of its goals stand, and what to type next'));
  if (state !== 'done') return { fleet, where: undefined, bring: undefined };
  const own = await locateWork(context, flags, repository, [runId]);
  const where = own.where.get(runId);
  // Only what is still to be brought somewhere goes there together with the others.
  const isAlone = found?.isLeft !== false || (where !== undefined && hasArrived(where));
  const all = found?.done.length === found?.record.goals.length ? fleetId : undefined;
  const work = isAlone ? own : await locateWork(context, flags, repository, found.done, all);
  const isUntried = found === undefined && work.untried.length > 0;
  return {
    fleet,
    where: where && sayWhere(where, runId),
    bring: found?.isLeft && fleet !== undefined ? [fleet] : isUntried ? undefined : work.steps,
  };
}

async function findFleet(env: NodeJS.ProcessEnv, fleetId: string): Promise<Fleet | undefined> {
  const record = await readLocalFleet(env, fleetId);
  if (!record) return undefined;
  const answered = await answeredSince(env, record);
  const done = record.goals.filter(({ id, standing }) => (answered.get(id) ?? standing) === 'done');
  return { record, isLeft: !nothingIsLeft(record, answered), done: done.map(({ runId }) => runId) };
}
