import {
  type Approval,
  goalEventSchemas,
  isRunId,
  type Json,
  limitsSchema,
  noUsage,
  usageSchema,
} from '@codex-orch/core';
import { z } from 'zod';
import { objectIdSchema } from '@codex-orch/core/goals';
import { isFleetId } from '../lanes/fleet-place.js';

/** The queue that goals stand in when none is named. */
export const goalQueue = 'goals';

/**
 * The queue of the goals in Codex Cloud of one login: it shows a task only to the login that asked for it, so nobody else may have them.
 * A machine without that login takes nothing from it.
 */
export const cloudQueue = (goals: string, account: string): string => `${goals}/cloud/${account}`;

/** The name under which workers know a goal that was submitted to the database. */
export const remoteGoalWorkflowName = 'remote-goal';

/** The signal that carries an {@link Approval} to whoever works on the goal. */
export const remoteApprovalSignal = 'approval';

/** The signal under which a worker leaves the {@link RemoteStanding} of a goal that waits. */
export const standingSignal = 'standing';

/** Ids become names of folders wherever they are read, and whoever reaches the database can put any text there. */
export const runIdSchema = z.string().refine(isRunId, 'is no run id');
const fleetIdSchema = z.string().refine(isFleetId, 'is no id of goals');

/** A name that is no way elsewhere, on no system. */
const fileName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$/, 'is no name of a file');

/** Postgres cannot look into JSON that has one, also where it only looks for something else. */
const goalText = z.string().refine((text) => !text.includes('\0'), 'must not have a NUL character');

const digest = z.object({
  path: fileName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256'),
  bytes: z.number().int().nonnegative(),
});

/**
 * The artifact that carries a promoted commit: a git bundle with the one ref `refs/heads/codex-orch`, which is the `commit` of the
 * standing, and with the goal's base commit as its only prerequisite. A repository that has the base takes it over with
 * `git bundle unbundle FILE`, or `git fetch FILE refs/heads/codex-orch`.
 */
export const workBundle = 'work.bundle';

/** A goal on its way to a worker. */
export const remoteGoalSchema = z.object({
  runId: runIdSchema,
  taskId: z.string(),
  goal: goalText,
  /** What the work starts from; the worker's repository must have the commit, unless it comes with it. */
  base: z.object({ commit: objectIdSchema, branch: z.string().nullable(), works: z.array(z.string()).optional() }),
  /** What it may use; without, what the worker's configuration says. */
  limits: limitsSchema.optional(),
  /** For a goal that is built in Codex Cloud: where, and whose task it is to be, as `cloudAccount` names a login. */
  cloud: z
    .strictObject({
      environment: z.string().min(1),
      attempts: z.number().int().min(1).max(4),
      account: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256'),
    })
    .optional(),
  /** The goals that it belongs to, what it is called there, and the queue of them all. */
  of: z.object({ fleetId: fleetIdSchema, goal: z.string(), queue: z.string() }).optional(),
  /** For a goal that starts from the work of others: the goals that it belongs to, and its base as a bundle on top of theirs. */
  others: z
    .object({
      fleetId: fleetIdSchema,
      base: objectIdSchema,
      bundle: digest.omit({ path: true }),
      /** Their runs; unknown of what an older version submitted. */
      after: z.array(runIdSchema).optional(),
    })
    .optional(),
});

export type RemoteGoal = z.infer<typeof remoteGoalSchema>;

/** The queue that a goal itself stands in; undefined where it does not say. */
export const lineOf = ({ of, cloud }: Pick<RemoteGoal, 'of' | 'cloud'>): string | undefined =>
  of && (cloud ? cloudQueue(of.queue, cloud.account) : of.queue);

/** How a goal stands, as a worker last told it. */
export const remoteStandingSchema = z.object({
  runId: runIdSchema,
  phase: z.string(),
  /** Which worker has its run directory. */
  worker: z.string(),
  /** The digest that an approval has to name; null where there is no diff. */
  diffSha256: z.string().nullable(),
  /** Numbers of Codex's open requests. */
  requests: z.array(z.string()),
  /** What these requests are, as far as it may be told: enough to judge them, and to tell that nobody changed them. */
  elevations: z.array(goalEventSchemas['elevation.requested'].omit({ waiting: true })).default([]),
  /** What came of answers, by the digest of what they were about and when they were given: why one did not count, else null. */
  answers: z
    .array(
      z.object({
        sha256: z.string(),
        at: z.string(),
        by: z.string(),
        decision: z.string(),
        refused: z.string().nullable(),
      }),
    )
    .default([]),
  usage: usageSchema.default(noUsage),
  /** Why it ended otherwise than done. */
  end: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable().default(null),
  /** The commit that a goal which is done was promoted to, on top of its base; null before, and where it ended otherwise. */
  commit: objectIdSchema.nullable().default(null),
  /** Files of the run directory that lie in the shared store, and, with a `commit`, {@link workBundle}. */
  artifacts: z.array(digest),
});

export type RemoteStanding = z.infer<typeof remoteStandingSchema>;

/** Whether nothing happens to it before a human answers. */
export const waitsForHuman = ({ phase, requests }: RemoteStanding): boolean =>
  phase === 'awaiting-approval' || requests.length > 0;

/** The same decision twice is one. */
export const keyOf = ({ subject, decision, at }: Approval): string => `${subject.sha256}:${decision}:${at}`;

export const asJson = (data: unknown): Json => JSON.parse(JSON.stringify(data)) as Json;
