import { LockedError, readIdentity } from '@codex-orch/core';
import { hasEnded } from '@codex-orch/core/goals';
import { findFleet } from '../compose/lanes/fleet-place.js';
import { cancelSignal } from '../compose/lanes/cancel-wish.js';
import { GoalLanes } from '../compose/lanes/goal-lanes.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { command, printJson } from './command.js';
import { fleetHolder } from './goals-status.js';
import type { FleetQueueFlags } from './goals-status-remote.js';
import { openNotary, openOrchestrator, userConfigFor } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';

export const cancel = command(
  async (context, flags: FleetQueueFlags, asked: string, ...ids: string[]): Promise<number> => {
    if (flags.database !== undefined) {
      const { cancelRemote } = await import('./goals-cancel-remote.js');
      return cancelRemote(context, flags, asked, ids);
    }
    const { env, stdout } = context.process;
    const repository = await repositoryOf(context, flags);
    const { fleetId, goals } = await findFleet(env, repository.root, asked);
    checkGoalNames(fleetId, goals, ids);
    const wanted = goals.filter((goal) => !hasEnded(goal) && (ids.length === 0 || ids.includes(goal.id)));
    const names = wanted.map(({ id }) => id);
    if (names.length > 0) {
      // Nothing of the repository is needed to end runs, and its file may be broken.
      const config = await userConfigFor(context);
      await using orchestrator = openOrchestrator(context, repository, config);
      new GoalLanes({ orchestrator, repository, env });
      const { name, email } = await readIdentity(repository.root, env);
      const actor = `human:${email || name}`;
      const subject = { kind: 'goals', id: fleetId, sha256: null };
      const entry = { action: 'cancel', runId: null, subject, detail: names.join(', ') } as const;
      await openNotary(context, repository, config).recorded(actor, entry, () =>
        orchestrator.engine.signal(fleetId, cancelSignal, {
          goals: ids.length === 0 ? null : names,
          by: name || email,
        }),
      );
      // The others are gone on with by whoever works on them, now or later.
      if (wanted.length === goals.filter((goal) => !hasEnded(goal)).length) {
        try {
          await orchestrator.engine.resume(fleetId);
          await orchestrator.engine.settled(fleetId);
        } catch (error) {
          if (!(error instanceof LockedError)) throw error;
        }
      }
    }
    const holder = await fleetHolder(env, fleetId);
    const after = await findFleet(env, repository.root, fleetId);
    const cancelled = after.goals.filter(({ id, standing }) => names.includes(id) && standing === 'cancelled');
    if (flags.json)
      printJson(context, { fleetId, asked: names, cancelled: cancelled.map(({ id }) => id), holder: holder ?? null });
    else if (names.length === 0) stdout.write(`Nothing is left of ${fleetId} to cancel.\n`);
    else if (cancelled.length === names.length) stdout.write(`Cancelled ${listed(names)} of ${fleetId}.\n`);
    else if (holder) stdout.write(`Process ${holder.pid} was asked to cancel ${listed(names)}.\n`);
    else stdout.write(`${listed(names)} will be cancelled when ${fleetId} is gone on with.\n`);
    return exitCode.done;
  },
);

/** Names, as they are said one after the other. */
export const listed = (names: readonly string[]): string => new Intl.ListFormat('en').format(names);

/** Throws `BadFlagsError` for goals that are none of these. */
export function checkGoalNames(
  fleetId: string,
  goals: readonly { readonly id: string }[],
  ids: readonly string[],
): void {
  const unknown = ids.filter((id) => !goals.some((goal) => goal.id === id));
  if (unknown.length === 0) return;
  throw new BadFlagsError(
    `${fleetId} has no goal ${unknown.map((id) => `"${id}"`).join(', ')}.`,
    `Its goals: ${goals.map(({ id }) => id).join(', ')}.`,
  );
}
