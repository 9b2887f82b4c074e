import { tokenUsageSchema } from '@codex-orch/core';
import { z } from 'zod';
import { taskIdPattern } from '../cli/task-id.js';

const taskId = z.string().regex(taskIdPattern);

/** What is known of one attempt at a task. */
export const cloudAttemptSchema = z.strictObject({
  number: z.number().int().positive(),
  /** Null for one that made no diff. */
  diff: z.strictObject({ file: z.string(), sha256: z.string(), bytes: z.number().int() }).nullable(),
  applies: z.boolean(),
  changedLines: z.number().int().nonnegative(),
  tests: z.enum(['passed', 'failed', 'not-run']),
  review: z.enum(['accepted', 'revise', 'rejected', 'not-run']),
  /** What is wrong with it, as it was found. */
  problem: z.string().nullable(),
  /** Why another one was taken; null for the one that was. */
  lost: z.string().nullable(),
});

export const cloudTurnSchema = z.strictObject({
  /** Unique, and the first word of the prompt: by it the task is found again. */
  marker: z.string(),
  environment: z.string(),
  branch: z.string().nullable(),
  attempts: z.number().int().min(1).max(4),
  promptSha256: z.string(),
  /** The tree that the work began with. */
  startTree: z.string().nullable(),
  /** Recent tasks from before; null where they could not be listed. */
  tasksBefore: z.array(z.string()).nullable(),
  /** Evidence of submissions, relative to the folder of the store, the newest last. */
  evidence: z.array(z.string()),
  intendedAt: z.iso.datetime(),
  /** Null until it is known that the task was made. */
  task: z.strictObject({ id: taskId, url: z.string().nullable(), submittedAt: z.iso.datetime() }).nullable(),
  /** Null while the turn goes on. */
  outcome: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('ready'),
        attempts: z.array(cloudAttemptSchema),
        chosen: z.number().int().positive().nullable(),
        /** What reviews of attempts cost; absent where there were none. */
        usage: tokenUsageSchema.optional(),
      }),
      z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
    ])
    .nullable(),
});

/** What one run did in Codex Cloud. */
export const cloudRecordSchema = z.strictObject({ schemaVersion: z.literal(1), turns: z.array(cloudTurnSchema) });

export type CloudAttempt = Readonly<z.infer<typeof cloudAttemptSchema>>;
export type CloudTurn = Readonly<z.infer<typeof cloudTurnSchema>>;
export type CloudRecord = Readonly<z.infer<typeof cloudRecordSchema>>;
