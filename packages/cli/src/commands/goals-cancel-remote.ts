import { setTimeout as delay } from 'node:timers/promises';
import { readIdentity } from '@codex-orch/core';
import { hasEnded } from '@codex-orch/core/goals';
import { DatabaseFleets } from '../compose/fleet-database/database-fleets.js';
import { openQueue, shortPatience } from '../compose/fleet-database/open-queue.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { printJson } from './command.js';
import { checkGoalNames, listed } from './goals-cancel.js';
import { holderOf } from './goals-remote-workers.js';
import type { FleetQueueFlags } from './goals-status-remote.js';
import { openNotary, userConfigFor } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';

/** How long it is waited for workers to have cancelled what was asked for, and how often it is looked, in milliseconds. */
const patienceMs = 10_000;
const lookMs = 300;

/** Cancels goals that workers of a database have, from anywhere: all, or those that are named. */
export async function cancelRemote(
  context: CliContext,
  flags: FleetQueueFlags,
  asked: string,
  ids: readonly string[],
): Promise<number> {
  const { env, stdout } = context.process;
  const repository = await repositoryOf(context, flags);
  await using engine = await openQueue(context, flags, shortPatience);
  const fleets = new DatabaseFleets(engine, flags.queue);
  const input = await fleets.find(asked);
  const { fleetId } = input;
  checkGoalNames(fleetId, input.goals, ids);
  const before = await fleets.look(input);
  const names = before.record.goals
    .filter((goal) => !hasEnded(goal) && (ids.length === 0 || ids.includes(goal.id)))
    .map(({ id }) => id);
  if (names.length > 0) {
    const { name, email } = await readIdentity(repository.root, env);
    const subject = { kind: 'goals', id: fleetId, sha256: null };
    const entry = { action: 'cancel', runId: null, subject, detail: names.join(', ') } as const;
    const notary = openNotary(context, repository, await userConfigFor(context));
    const wish = { goals: ids.length === 0 ? null : names, by: name || email };
    await notary.recorded(`human:${email || name}`, entry, () => fleets.cancel(before, wish));
  }
  const until = performance.now() + patienceMs;
  let after = await fleets.look(input);
  const cancelled = (): readonly string[] =>
    after.record.goals.filter(({ id, standing }) => names.includes(id) && standing === 'cancelled').map(({ id }) => id);
  const isLeft = (): boolean => after.record.goals.some((goal) => names.includes(goal.id) && !hasEnded(goal));
  // Where no live worker has them, all that can be done is done.
  const has = (runId: string): boolean => holderOf(after, runId)?.isLive === true;
  const isBusy = (): boolean => has(fleetId) || after.open.some(({ goal }) => has(goal.runId));
  while (isLeft() && isBusy() && performance.now() < until) {
    await delay(lookMs);
    after = await fleets.look(input);
  }
  if (flags.json)
    printJson(context, { fleetId, asked: names, cancelled: cancelled(), worker: after.run?.executor ?? null });
  else if (names.length === 0) stdout.write(`Nothing is left of ${fleetId} to cancel.\n`);
  else {
    const left = after.record.goals.filter((goal) => names.includes(goal.id) && !hasEnded(goal));
    const ended = names.filter((id) => !left.some((goal) => goal.id === id));
    if (ended.length > 0) stdout.write(`Cancelled ${listed(ended)} of ${fleetId}.\n`);
    for (const { id, runId } of left) {
      const worker = holderOf(after, runId)?.executor ?? after.run?.executor;
      stdout.write(`Worker ${visibleLine(worker ?? 'unknown')} was asked to cancel ${id}, and has not done so yet.\n`);
    }
  }
  return exitCode.done;
}
