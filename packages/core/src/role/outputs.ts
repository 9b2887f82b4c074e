import { z } from 'zod';
import { assetUseSchema } from '../asset/asset-offer.js';
import { lintReportSchema } from '../lint/lint-report.js';

/** One piece of work for the builder, in the order of the plan. */
export const subtaskSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes, at most 64'),
  title: z.string().min(1).max(200),
  /** What the builder is told, complete in itself. */
  instructions: z.string().min(1),
  /** Paths that are expected to change; a hint for people and for overlap checks, not a fence. */
  paths: z.array(z.string()),
  /** What does the work in place of a model; the builder comes in only where that has to be mended. */
  asset: assetUseSchema.optional(),
});

/** A plan as it is accepted and recorded. */
export const planSchema = z.strictObject({
  summary: z.string().min(1),
  subtasks: z.array(subtaskSchema).min(1).max(20),
});

const bareSubtask = subtaskSchema.omit({ asset: true });

/** The planner's answer where no asset is offered. */
export const barePlanSchema = planSchema.extend({ subtasks: z.array(bareSubtask).min(1).max(20) });

/** The planner's answer, with assets as a model names them: `resolvePlan` makes a plan of it. */
export const proposedPlanSchema = planSchema.extend({
  subtasks: z
    .array(
      bareSubtask.extend({
        asset: z
          .strictObject({
            id: z.string(),
            /** Null for the version that is offered. */
            version: z.string().nullable(),
            /** JSON text of an object: structured outputs have no objects with free names. */
            options: z.string(),
          })
          .nullable()
          .default(null),
      }),
    )
    .min(1)
    .max(20),
});

export const findingSchema = z.strictObject({
  severity: z.enum(['blocker', 'major', 'minor', 'nit']),
  /** Path in the repository, or null when the finding is about the change as a whole. */
  file: z.string().nullable(),
  /** Line in the new version of the file, counted from 1. */
  line: z.number().int().positive().nullable(),
  message: z.string().min(1),
});

/** The reviewer's answer. `revise` sends the work back, `reject` ends the run. */
export const reviewSchema = z.strictObject({
  verdict: z.enum(['approve', 'revise', 'reject']),
  summary: z.string().min(1),
  findings: z.array(findingSchema),
});

/** One test command that really ran. */
export const testCommandResultSchema = z.strictObject({
  command: z.array(z.string()).min(1),
  /** Null when the command was killed. */
  exitCode: z.number().int().nullable(),
  timedOut: z.boolean(),
  durationMs: z.number().nonnegative(),
  /** Tests counted in the output, where its format is known. */
  counts: z.strictObject({ passed: z.number().int(), failed: z.number().int(), skipped: z.number().int() }).nullable(),
  /** Path of the full output, relative to the run directory. */
  log: z.string(),
  /** The end of the output, for people and for the next revision. */
  tail: z.string(),
});

/** The tester's answer: what commands said, never what a model thinks. */
export const testReportSchema = z.strictObject({
  passed: z.boolean(),
  commands: z.array(testCommandResultSchema),
  /** Why there was nothing to run, when `commands` is empty. */
  reason: z.string().nullable(),
  /** What lint rules say of the change; absent where they are off. */
  lint: lintReportSchema.optional(),
});

/** How the builder's Codex turn ended. */
export const buildReportSchema = z.strictObject({
  status: z.enum(['completed', 'failed', 'interrupted', 'crashed']),
  threadId: z.string(),
  /** The agent's last message. */
  text: z.string(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});

export type Subtask = Readonly<z.infer<typeof subtaskSchema>>;
export type Plan = Readonly<z.infer<typeof planSchema>>;
/** A plan as a model may give it; what it leaves out is filled in when it is parsed. */
export type ProposedPlan = Readonly<z.input<typeof proposedPlanSchema>>;
export type Finding = Readonly<z.infer<typeof findingSchema>>;
export type Review = Readonly<z.infer<typeof reviewSchema>>;
export type TestCommandResult = Readonly<z.infer<typeof testCommandResultSchema>>;
export type TestReport = Readonly<z.infer<typeof testReportSchema>>;
export type BuildReport = Readonly<z.infer<typeof buildReportSchema>>;
