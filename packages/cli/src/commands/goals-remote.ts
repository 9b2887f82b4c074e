import type { FleetInput } from '@codex-orch/core/goals';
import { DatabaseFleets, type FleetSeen } from '../compose/fleet-database/database-fleets.js';
import { type DatabaseFlags, openArtifacts, openQueue } from '../compose/fleet-database/open-queue.js';
import { goalQueue } from '../compose/fleet-database/remote-goal.js';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, printJson } from './command.js';
import { type BudgetFlags, goalsInput } from './goals-input.js';
import { type LoadedPlan, loadPlan } from './goals-plan.js';
import { signedOff } from './goals-sign-off.js';
import { RemoteProgress } from './goals-remote-progress.js';
import { describeRemoteFleet, remoteRecord } from './goals-remote-summary.js';
import { interruptible } from './interruption.js';

export interface RemoteGoalsFlags extends CommonFlags, DatabaseFlags, BudgetFlags {
  readonly concurrency?: number | undefined;
  readonly new: boolean;
  readonly queue?: string | undefined;
  readonly resume?: string | undefined;
}

/** Submits the goals of a file to the workers of a database, or finds them there again, and follows them until each ended or waits. */
export async function runRemote(
  context: CliContext,
  flags: RemoteGoalsFlags,
  name: string | undefined,
): Promise<number> {
  const planned = name === undefined ? undefined : await plan(context, flags, name);
  if (!planned && flags.resume === undefined)
    throw new BadFlagsError('Which goals? Name a goals file, or --resume <id>.');
  return interruptible(context, async (signal) => {
    await using engine = await openQueue(context, flags);
    await using store = await openArtifacts(flags, engine);
    const { queue = goalQueue, concurrency } = flags;
    if (concurrency !== undefined) engine.defineQueue(queue, { concurrency });
    const fleets = new DatabaseFleets(engine, queue);
    const input = await begunInput(context, flags, fleets, planned);
    const progress = new RemoteProgress(context, flags, store);
    const seen = await follow(fleets, input, progress, signal);
    if (!seen) {
      progress.say('Not followed any more; the goals stay where they are. The same command follows them again.');
      return exitCode.interrupted;
    }
    return report(context, flags, seen);
  });
}

/** What is to be submitted, and the plan that it comes from. */
interface PlannedGoals {
  readonly input: FleetInput;
  readonly file: string;
  readonly loaded: LoadedPlan;
}

async function plan(context: CliContext, flags: RemoteGoalsFlags, file: string): Promise<PlannedGoals> {
  const loaded = await loadPlan(context, flags, file);
  const input = goalsInput(context, flags, file, loaded);
  // As many at once as the workers have room for.
  return { input: { ...input, concurrency: flags.concurrency ?? input.goals.length }, file, loaded };
}

/** The fleet to follow: one that was begun with the same goals, wherever that was, else a new one. */
async function begunInput(
  context: CliContext,
  flags: RemoteGoalsFlags,
  fleets: DatabaseFleets,
  planned: PlannedGoals | undefined,
): Promise<FleetInput> {
  const { process } = context;
  const say = (line: string): void => void process.stderr.write(`${visibleLine(line)}\n`);
  const content = planned && { field: 'contentSha256', value: planned.input.contentSha256 };
  const known = planned ? (await fleets.inputs(content)).at(-1) : await fleets.find(flags.resume ?? '');
  if (planned && (!known || flags.new)) {
    const { file, loaded } = planned;
    const cloud = await signedOff(context, file, loaded);
    const input = { ...planned.input, ...(cloud ? { cloud } : {}) };
    await fleets.submit(input);
    say(`${counted(input.goals.length, 'goal')} submitted as ${input.fleetId}.`);
    return input;
  }
  if (!known) throw new BadFlagsError('Which goals? Name a goals file, or --resume <id>.');
  const seen = await fleets.look(known);
  await fleets.resume(seen);
  const what = `${known.fleetId}, ${counted(known.goals.length, 'goal')} that ${known.goals.length === 1 ? 'was' : 'were'} submitted before`;
  say(
    seen.record.over
      ? `These goals have ended, as ${known.fleetId}; --new submits them again.`
      : `Following ${what}; --new submits them again.`,
  );
  return known;
}

/** How often it is looked how a fleet stands, in milliseconds. */
const lookMs = 500;

/** Follows a fleet until nothing happens any more before a human does something; resolves with undefined when it was stopped before. */
async function follow(
  fleets: DatabaseFleets,
  input: FleetInput,
  progress: RemoteProgress,
  signal: AbortSignal,
): Promise<FleetSeen | undefined> {
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
  const pause = (): Promise<true> =>
    new Promise((resolve) => {
      setTimeout(resolve, lookMs, true);
    });
  for (;;) {
    const seen = await Promise.race([fleets.look(input), stopped]);
    if (!seen) return undefined;
    await progress.show(seen);
    if (seen.record.over || seen.isIdle) return seen;
    if (!(await Promise.race([pause(), stopped]))) return undefined;
  }
}

function report(context: CliContext, flags: RemoteGoalsFlags, seen: FleetSeen): number {
  const { record, run } = seen;
  if (flags.json) printJson(context, remoteRecord(context, seen));
  else context.process.stdout.write(`${describeRemoteFleet(context, flags, seen).join('\n')}\n`);
  if (record.over) return record.goals.every(({ standing }) => standing === 'done') ? exitCode.done : exitCode.failed;
  const asked = record.goals.some(({ standing, trouble }) => standing === 'parked' && trouble === null);
  // Where nobody is asked anything, something is broken.
  return asked && !run?.interruption ? exitCode.waiting : exitCode.failed;
}
