import { DatabaseFleets, type FleetSeen } from '../compose/fleet-database/database-fleets.js';
import { type DatabaseFlags, openArtifacts, openQueue, shortPatience } from '../compose/fleet-database/open-queue.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, printJson } from './command.js';
import { RemoteProgress } from './goals-remote-progress.js';
import { describeRemoteFleet, remoteRecord, shownStanding } from './goals-remote-summary.js';
import { holderOf } from './goals-remote-workers.js';
import { countStandings } from './goals-summary.js';

export interface FleetQueueFlags extends CommonFlags, Pick<DatabaseFlags, 'database'> {
  readonly queue?: string | undefined;
}

export type RemoteFleetFlags = FleetQueueFlags & DatabaseFlags;

/** Shows how goals stand that were put into a queue, from anywhere; what waits for a human is fetched. */
export async function remoteStatus(context: CliContext, flags: RemoteFleetFlags, asked: string): Promise<number> {
  await using engine = await openQueue(context, flags, shortPatience);
  await using store = await openArtifacts(flags, engine);
  const fleets = new DatabaseFleets(engine, flags.queue);
  const seen = await fleets.look(await fleets.find(asked));
  await new RemoteProgress(context, flags, store).fetchWaiting(seen);
  if (flags.json) printJson(context, remoteRecord(context, seen));
  else context.process.stdout.write(`${describeRemoteFleet(context, flags, seen).join('\n')}\n`);
  return exitCode.done;
}

/** Lists what goals were put into a queue. */
export async function remoteList(context: CliContext, flags: FleetQueueFlags): Promise<number> {
  const { stdout, env } = context.process;
  await using engine = await openQueue(context, flags, shortPatience);
  const fleets = new DatabaseFleets(engine, flags.queue);
  const seen: FleetSeen[] = [];
  for (const input of await fleets.inputs()) seen.push(await fleets.look(input));
  const activityOf = (one: FleetSeen): string => {
    if (one.record.over) return 'ended';
    const isHeld = [one.record.fleetId, ...one.open.map(({ goal }) => goal.runId)].some(
      (id) => holderOf(one, id)?.isLive === true,
    );
    return isHeld ? 'running' : 'stopped';
  };
  if (flags.json) {
    printJson(
      context,
      seen.map((one) => ({ ...remoteRecord(context, one), activity: activityOf(one) })),
    );
    return exitCode.done;
  }
  const { bold, dim } = paletteFor(stdout, env);
  if (seen.length === 0) stdout.write('No goals of a file were put into this queue.\n');
  for (const one of seen) {
    const { fleetId, file, goals } = one.record;
    const known = new Map(
      goals.map((goal) => [
        goal.id,
        shownStanding(
          one,
          goal,
          one.goals.find((seenOne) => seenOne.goal.id === goal.id),
        ),
      ]),
    );
    stdout.write(
      `${bold(fleetId)}  ${activityOf(one).padEnd(7)}  ${countStandings(goals, known)}  ${dim(visibleLine(file))}\n`,
    );
  }
  return exitCode.done;
}
