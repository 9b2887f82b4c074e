import { ProcessLock } from '@codex-orch/core';
import type { FleetRecord } from '@codex-orch/core/goals';
import path from 'node:path';
import { answeredSince, nothingIsLeft } from '../compose/lanes/answered-since.js';
import { fleetDir, findFleet, listFleets } from '../compose/lanes/fleet-place.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { command, printJson } from './command.js';
import type { FleetQueueFlags, RemoteFleetFlags } from './goals-status-remote.js';
import { countStandings, describeFleet, stoppedGoals } from './goals-summary.js';
import { repositoryOf } from './open-run.js';
import { repoFlag, selfCommand } from './self-command.js';

/** Whether a process works on a fleet at this moment. */
export const fleetHolder = (env: NodeJS.ProcessEnv, fleetId: string): ReturnType<typeof ProcessLock.holder> =>
  ProcessLock.holder(path.join(fleetDir(env, fleetId), 'lock'));

export const status = command(async (context, flags: RemoteFleetFlags, asked = 'latest'): Promise<number> => {
  if (flags.database !== undefined) {
    const { remoteStatus } = await import('./goals-status-remote.js');
    return remoteStatus(context, flags, asked);
  }
  const { env, stdout } = context.process;
  const repository = await repositoryOf(context, flags);
  const record = await findFleet(env, repository.root, asked);
  const holder = await fleetHolder(env, record.fleetId);
  if (flags.json) {
    printJson(context, { ...record, holder: holder ?? null });
    return exitCode.done;
  }
  const answered = holder ? undefined : await answeredSince(env, record);
  stdout.write(`${(await describeFleet(context, flags, record, { holder, answered })).join('\n')}\n`);
  return exitCode.done;
});

export const list = command(async (context, flags: FleetQueueFlags): Promise<number> => {
  if (flags.database !== undefined) {
    const { remoteList } = await import('./goals-status-remote.js');
    return remoteList(context, flags);
  }
  const { env, stdout } = context.process;
  const repository = await repositoryOf(context, flags);
  const fleets = await listFleets(env, repository.root);
  const activities = await Promise.all(
    fleets.map(async (fleet): Promise<FleetRecord & { readonly activity: string }> => {
      if (await fleetHolder(env, fleet.fleetId)) return { ...fleet, activity: 'running' };
      return { ...fleet, activity: nothingIsLeft(fleet, await answeredSince(env, fleet)) ? 'ended' : 'stopped' };
    }),
  );
  if (flags.json) {
    printJson(context, activities);
    return exitCode.done;
  }
  const { bold, dim } = paletteFor(stdout, env);
  if (activities.length === 0) stdout.write('No goals of a file were begun in this repository.\n');
  for (const fleet of activities) {
    const { fleetId, activity, file, goals } = fleet;
    const stopped = activity === 'running' ? [] : [...stoppedGoals(goals)];
    const known = activity === 'running' ? [] : [...stopped, ...(await answeredSince(env, fleet))];
    stdout.write(
      `${bold(fleetId)}  ${activity.padEnd(7)}  ${countStandings(goals, new Map(known))}  ${dim(visibleLine(file))}\n`,
    );
    if (stopped.length > 0)
      stdout.write(
        `  ${selfCommand(context)} goals run --resume ${fleetId}${repoFlag(flags)}   ${dim('# nobody works on it: goes on where its process was ended')}\n`,
      );
  }
  return exitCode.done;
});
