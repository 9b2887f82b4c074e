import { type Approval, approvalSchema, type Json, OrchError } from '@codex-orch/core';
import type { DbosEngine } from '@codex-orch/engine-dbos';
import {
  asJson,
  keyOf,
  remoteApprovalSignal,
  type RemoteStanding,
  remoteStandingSchema,
  standingSignal,
} from './remote-goal.js';

/** A goal as it is seen from anywhere. */
type SettledGoal =
  | { readonly status: 'waiting' | 'ended'; readonly standing: RemoteStanding }
  | { readonly status: 'failed'; readonly error: { readonly code: string; readonly message: string } };

/** Waits until a goal ended or waits for a human; rejects when it was interrupted and nobody goes on with it. */
export async function settledGoal(runId: string, engine: DbosEngine): Promise<SettledGoal> {
  const { status } = await engine.settled(runId);
  if (status === 'waiting') {
    const told = (await engine.sent(runId, standingSignal)).at(-1);
    return { status, standing: remoteStandingSchema.parse(told) };
  }
  try {
    return { status: 'ended', standing: remoteStandingSchema.parse(await engine.result(runId)) };
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    return { status: 'failed', error: { code: error.code, message: error.message } };
  }
}

/** The newest of the decisions that were sent about a goal which is about what it waits with, not about what came before. */
export const decisionAbout = (standing: RemoteStanding, sent: readonly Json[]): Approval | undefined =>
  sent
    .flatMap((one) => approvalSchema.safeParse(one).data ?? [])
    .findLast(({ subject: { kind, id, sha256 } }) =>
      kind === 'elevation'
        ? standing.elevations.some((asked) => asked.id === id && asked.sha256 === sha256)
        : standing.runId === id && standing.diffSha256 === sha256,
    );

/** Sends a decision to whoever works on the goal; it is checked there. */
export const decideGoal = (runId: string, approval: Approval, engine: DbosEngine): Promise<void> =>
  engine.signal(runId, remoteApprovalSignal, asJson(approval), keyOf(approval));
