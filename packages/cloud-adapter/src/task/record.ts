import { tokenUsageSchema } from '@codex-orch/core';
import { z } from 'zod';
import { taskIdPattern, taskOfUrl } from '../cli/task-id.js';
import { isBranchName } from './branch-name.js';

// Others may have written what is read: nothing is taken that this program does not write.
const marker = z.string().regex(/^codex-orch-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const tree = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/** The folder of what a turn's submission of this number leaves, relative to that of the store. */
export const evidenceName = (turn: { readonly marker: string }, number: number): string =>
  `submission-${turn.marker.slice(-12)}-${number}`;

const isAddressOf = (url: string, taskId: string): boolean => {
  const named = taskOfUrl(url);
  return named?.url === url && named.taskId === taskId;
};

/** What is known of one attempt at a task. */
export const cloudAttemptSchema = z.strictObject({
  number: z.number().int().min(1).max(4),
  /** Null for one that made no diff; its file is relative to the folder of the store. */
  diff: z.strictObject({ file: z.string(), sha256, bytes: z.number().int().nonnegative() }).nullable(),
  applies: z.boolean(),
  changedLines: z.number().int().nonnegative(),
  tests: z.enum(['passed', 'failed', 'not-run']),
  review: z.enum(['accepted', 'revise', 'rejected', 'not-run']),
  /** What is wrong with it, as it was found. */
  problem: z.string().nullable(),
  /** Why another one was taken; null for the one that was. */
  lost: z.string().nullable(),
});

const turnFields = z.strictObject({
  /** Unique, and the first word of the prompt: by it the task is found again. */
  marker,
  /** Key of the step of a run that it is; absent where it is none, and in records from before it was kept. */
  step: z.string().optional(),
  environment: z.string(),
  branch: z.string().refine(isBranchName, 'it is not the name of a branch').nullable(),
  attempts: z.number().int().min(1).max(4),
  promptSha256: sha256,
  /** The tree that the work began with. */
  startTree: tree.nullable(),
  /** Recent tasks from before; null where they could not be listed. */
  tasksBefore: z.array(z.string()).nullable(),
  /** Evidence of submissions, relative to the folder of the store, the newest last. */
  evidence: z.array(z.string()),
  intendedAt: z.iso.datetime(),
  /** Null until it is known that the task was made. */
  task: z
    .strictObject({
      id: z.string().regex(taskIdPattern),
      url: z.string().nullable(),
      submittedAt: z.iso.datetime(),
    })
    .refine(({ id, url }) => url === null || isAddressOf(url, id), 'its address is that of another')
    .nullable(),
  /** Null while the turn goes on. */
  outcome: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('ready'),
        attempts: z.array(cloudAttemptSchema),
        chosen: z.number().int().min(1).max(4).nullable(),
        /** What reviews of attempts cost; absent where there were none. */
        usage: tokenUsageSchema.optional(),
      }),
      z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
    ])
    .nullable(),
});

/** What it names in the folder of the store has to be its own. */
export const cloudTurnSchema = turnFields
  .refine((turn) => turn.evidence.every((name, index) => name === evidenceName(turn, index + 1)), {
    path: ['evidence'],
    message: 'it names what no submission of this turn leaves',
  })
  .refine(({ task, outcome }) => outcome?.kind !== 'ready' || outcome.attempts.every((one) => isOwn(one, task?.id)), {
    path: ['outcome', 'attempts'],
    message: 'a diff is in no file of its task',
  });

/** Equal diffs are in one file, so its number may be that of another attempt. */
const isOwn = ({ diff }: CloudAttempt, taskId = ''): boolean =>
  diff === null || [1, 2, 3, 4].some((number) => diff.file === `${taskId}/attempt-${number}.patch`);

/** What one run did in Codex Cloud. */
export const cloudRecordSchema = z.strictObject({ schemaVersion: z.literal(1), turns: z.array(cloudTurnSchema) });

export type CloudAttempt = Readonly<z.infer<typeof cloudAttemptSchema>>;
export type CloudTurn = Readonly<z.infer<typeof cloudTurnSchema>>;
export type CloudRecord = Readonly<z.infer<typeof cloudRecordSchema>>;
