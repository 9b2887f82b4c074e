import type { Approval, Json } from '@codex-orch/core';
import { z } from 'zod';

/** The queue that goals stand in when none is named. */
export const goalQueue = 'goals';

/** The name under which workers know a goal that was submitted to the database. */
export const remoteGoalWorkflowName = 'remote-goal';

/** The signal that carries an {@link Approval} to whoever works on the goal. */
export const remoteApprovalSignal = 'approval';

/** The signal under which a worker leaves the {@link RemoteStanding} of a goal that waits. */
export const standingSignal = 'standing';

const digest = z.object({ path: z.string(), sha256: z.string(), bytes: z.number().int().nonnegative() });

/** A goal on its way to a worker. */
export const remoteGoalSchema = z.object({
  runId: z.string(),
  taskId: z.string(),
  goal: z.string(),
  /** What the work starts from; the worker's repository must have the commit. */
  base: z.object({ commit: z.string(), branch: z.string().nullable() }),
});

export type RemoteGoal = z.infer<typeof remoteGoalSchema>;

/** How a goal stands, as a worker last told it. */
export const remoteStandingSchema = z.object({
  runId: z.string(),
  phase: z.string(),
  /** Which worker has its run directory. */
  worker: z.string(),
  /** The digest that an approval has to name; null where there is no diff. */
  diffSha256: z.string().nullable(),
  /** Numbers of Codex's open requests. */
  requests: z.array(z.string()),
  /** Files of the run directory that lie in the shared store. */
  artifacts: z.array(digest),
});

export type RemoteStanding = z.infer<typeof remoteStandingSchema>;

/** Whether nothing happens to it before a human answers. */
export const waitsForHuman = ({ phase, requests }: RemoteStanding): boolean =>
  phase === 'awaiting-approval' || requests.length > 0;

/** The same decision twice is one. */
export const keyOf = ({ subject, decision, at }: Approval): string => `${subject.sha256}:${decision}:${at}`;

export const asJson = (data: unknown): Json => JSON.parse(JSON.stringify(data)) as Json;
