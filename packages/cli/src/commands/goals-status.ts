import { isTerminal, ProcessLock, readRun } from '@codex-orch/core';
import type { FleetRecord } from '@codex-orch/core/goals';
import path from 'node:path';
import { fleetDir, findFleet, listFleets } from '../compose/lanes/fleet-place.js';
import { runLayout } from '../compose/noted-runs.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { command, printJson } from './command.js';
import type { FleetQueueFlags, RemoteFleetFlags } from './goals-status-remote.js';
import { countStandings, describeFleet } from './goals-summary.js';
import { repositoryOf } from './open-run.js';

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
  stdout.write(`${describeFleet(context, flags, record, { holder, answered }).join('\n')}\n`);
  return exitCode.done;
});

/** How the runs of parked goals ended since. */
async function answeredSince(env: NodeJS.ProcessEnv, record: FleetRecord): Promise<ReadonlyMap<string, string>> {
  const layout = runLayout(env, record.repository);
  const ended = new Map<string, string>();
  for (const { id, standing, task, runId } of record.goals) {
    if (standing !== 'parked') continue;
    // What is wrong with a run is told by whoever acts on it.
    const run = await readRun(layout.place(task ?? 'adhoc', runId)).catch(() => undefined);
    if (run && isTerminal(run.state.phase)) ended.set(id, run.state.phase);
  }
  return ended;
}

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
      const isHeld = (await fleetHolder(env, fleet.fleetId)) !== undefined;
      return { ...fleet, activity: fleet.over ? 'ended' : isHeld ? 'running' : 'stopped' };
    }),
  );
  if (flags.json) {
    printJson(context, activities);
    return exitCode.done;
  }
  const { bold, dim } = paletteFor(stdout, env);
  if (activities.length === 0) stdout.write('No goals of a file were begun in this repository.\n');
  for (const { fleetId, activity, file, goals } of activities)
    stdout.write(`${bold(fleetId)}  ${activity.padEnd(7)}  ${countStandings(goals)}  ${dim(visibleLine(file))}\n`);
  return exitCode.done;
});
