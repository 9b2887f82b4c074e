import { type Approval, newRunId, OrchError } from '@codex-orch/core';
import type { DbosEngine } from '@codex-orch/engine-dbos';
import {
  asJson,
  goalQueue,
  keyOf,
  remoteApprovalSignal,
  type RemoteGoal,
  remoteGoalWorkflowName,
  type RemoteStanding,
  remoteStandingSchema,
  standingSignal,
} from './remote-goal.js';

export interface SubmitGoalsOptions {
  /** Needs no start: who submits does not execute. */
  readonly engine: DbosEngine;
  /** Most goals at once over all workers; without, the limit said before, or none. */
  readonly concurrency?: number | undefined;
  readonly queue?: string | undefined;
}

/** Puts goals into the queue; resolves with their run ids once that is durable. The same `runId` twice is one goal. */
export async function submitGoals(
  goals: readonly (Omit<RemoteGoal, 'runId'> & { readonly runId?: string })[],
  { engine, concurrency, queue = goalQueue }: SubmitGoalsOptions,
): Promise<readonly string[]> {
  engine.defineQueue(queue, { concurrency });
  const runIds: string[] = [];
  for (const goal of goals) {
    const runId = goal.runId ?? newRunId(runIds.at(-1));
    await engine.submit(remoteGoalWorkflowName, asJson({ ...goal, runId }), { id: runId, queue });
    runIds.push(runId);
  }
  return runIds;
}

/** A goal as it is seen from anywhere. */
export type FollowedGoal =
  | { readonly runId: string; readonly status: 'waiting'; readonly standing: RemoteStanding }
  | { readonly runId: string; readonly status: 'ended'; readonly standing: RemoteStanding }
  | {
      readonly runId: string;
      readonly status: 'failed';
      readonly error: { readonly code: string; readonly message: string };
    };

/** Waits until each goal ended or waits for a human; rejects when one was interrupted and nobody goes on with it. */
export async function* followGoals(runIds: readonly string[], engine: DbosEngine): AsyncGenerator<FollowedGoal> {
  const pending = new Map(runIds.map((runId) => [runId, followed(runId, engine)] as const));
  while (pending.size > 0) {
    const next = await Promise.race(pending.values());
    pending.delete(next.runId);
    yield next;
  }
}

async function followed(runId: string, engine: DbosEngine): Promise<FollowedGoal> {
  const { status } = await engine.settled(runId);
  if (status === 'waiting') {
    const told = (await engine.sent(runId, standingSignal)).at(-1);
    return { runId, status, standing: remoteStandingSchema.parse(told) };
  }
  try {
    return { runId, status: 'ended', standing: remoteStandingSchema.parse(await engine.result(runId)) };
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return { runId, status: 'failed', error: { code: error.code, message: error.message } };
  }
}

/** Sends a decision to whoever works on the goal; the gate of the run checks it there. */
export const decideGoal = (runId: string, approval: Approval, engine: DbosEngine): Promise<void> =>
  engine.signal(runId, remoteApprovalSignal, asJson(approval), keyOf(approval));
