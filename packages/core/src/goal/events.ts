import { z } from 'zod';
import { approvalSchema } from '../approval/approval.js';
import { assetOfferSchema, assetUseSchema } from '../asset/asset-offer.js';
import { assetReportSchema } from '../asset/asset-report.js';
import { codexApprovalRequestSchema } from '../codex/approval-request.js';
import { buildReportSchema, planSchema, reviewSchema, testReportSchema } from '../role/outputs.js';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

export const usageSchema = z.strictObject({
  inputTokens: count,
  cachedInputTokens: count,
  outputTokens: count,
  totalTokens: count,
  /** Model turns: one for each model call of a role, one for each turn of Codex. */
  turns: count,
  /** Milliseconds of work; waiting for people is not counted. */
  elapsedMs: z.number().nonnegative(),
});

export const limitsSchema = z.strictObject({
  tokens: z.number().int().positive(),
  turns: z.number().int().positive(),
  minutes: z.number().positive(),
  /** How often one subtask may be sent back to the builder. */
  revisions: count,
  /** How often the goal may be sent back to the planner. */
  replans: count,
});

export const diffSchema = z.strictObject({
  /** The git tree that the diff leads to. */
  tree: z.string(),
  sha256: digest,
  bytes: count,
  files: z.array(
    z.strictObject({
      path: z.string(),
      status: z.enum(['added', 'modified', 'deleted', 'renamed']),
      oldPath: z.string().optional(),
      added: count.nullable(),
      removed: count.nullable(),
    }),
  ),
});

export const modeSchema = z.strictObject({ requested: z.string(), used: z.string(), reason: z.string() });

/** How a role came to be asked, and what it cost. */
const handoff = {
  chosenBy: z.enum(['only-legal', 'manager']),
  reason: z.string().optional(),
  usage: usageSchema,
};

const failure = z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional() });

/** A worker, and the repository there that the run is about. */
const placeSchema = z.strictObject({ worker: z.string(), repository: z.string() });

/** What a run starts from. */
const baseSchema = z.strictObject({
  commit: z.string(),
  branch: z.string().nullable(),
  /** The goals whose work the commit holds, beside what the branch had. */
  works: z.array(z.string()).optional(),
});

/** The data of every event that a run's `events.jsonl` can hold, by its type. */
export const goalEventSchemas = {
  'run.created': z.strictObject({
    runId: z.string(),
    taskId: z.string(),
    goal: z.string(),
    repository: z.string(),
    base: baseSchema,
    limits: limitsSchema,
    testsRequired: z.boolean(),
    version: z.string(),
    /** The configuration that the run began with, as `settingsOf` gives it; a resumed run goes on with it. */
    settings: z.json().optional(),
    /** Where it is built when that is in Codex Cloud; the environment that fits the repository when none is named. */
    cloud: z.strictObject({ environment: z.string().nullable(), attempts: z.number().int().min(1).max(4) }).optional(),
    /** The run whose change it is to bring in after all, and the integration in which that conflicted. */
    follows: z.strictObject({ runId: z.string(), integration: z.string() }).optional(),
  }),
  'preflight.passed': z.strictObject({
    mode: modeSchema,
    codex: z.strictObject({ version: z.string(), driver: z.string(), path: z.string() }),
    model: z.strictObject({ codex: z.string().nullable(), roles: z.string(), provider: z.string() }),
    testCommands: z.array(z.array(z.string())),
    notes: z.array(z.string()),
  }),
  'preflight.refused': failure,
  /** What the planner gets to choose from. */
  'assets.offered': z.strictObject({ offers: z.array(assetOfferSchema).min(1) }),
  'plan.accepted': z.strictObject({ plan: planSchema, ...handoff }),
  /** The plan names an asset that was not offered, or one with options that it does not take. */
  'plan.refused': z.strictObject({ problem: z.string(), ...handoff }),
  'asset.applied': z.strictObject({
    subtask: z.string(),
    asset: assetUseSchema,
    report: assetReportSchema,
    diff: diffSchema,
    ...handoff,
  }),
  /** The asset could not be applied as it was planned; nothing was changed. */
  'asset.refused': failure.extend({ subtask: z.string(), asset: assetUseSchema, ...handoff }),
  'build.finished': z.strictObject({
    subtask: z.string(),
    revision: count,
    build: buildReportSchema,
    diff: diffSchema,
    ...handoff,
  }),
  'tests.finished': z.strictObject({ diffSha256: digest, tests: testReportSchema, ...handoff }),
  'review.finished': z.strictObject({ diffSha256: digest, review: reviewSchema, ...handoff }),
  'revision.started': z.strictObject({ subtask: z.string(), reason: z.string() }),
  'replan.started': z.strictObject({ reason: z.string() }),
  'elevation.requested': z.strictObject({
    /** `e1`, `e2`, …: how a human names it. */
    id: z.string().min(1),
    /** No two requests are the same, so that no answer fits another one. */
    nonce: z.string().min(1),
    /** What an answer must carry: `elevationDigest` of the rest. */
    sha256: digest,
    request: codexApprovalRequestSchema,
    /** Whether a human is asked; else it is denied at once. */
    waiting: z.boolean(),
  }),
  'elevation.decided': z.strictObject({
    id: z.string(),
    decision: z.enum(['approve', 'deny', 'abort']),
    why: z.string(),
    approval: approvalSchema.optional(),
  }),
  'approval.recorded': z.strictObject({ approval: approvalSchema }),
  'approval.refused': z.strictObject({ approval: approvalSchema, reason: z.string() }),
  promoted: z.strictObject({ commit: z.string(), diffSha256: digest }),
  applied: z.strictObject({
    diffSha256: digest,
    repository: z.string(),
    files: z.array(z.string()),
    by: z.string(),
    /** What looks like a secret, and why a human let it pass. */
    acceptedSecrets: z
      .strictObject({
        reason: z.string().min(1),
        findings: z.array(z.strictObject({ file: z.string(), line: z.number().int().nullable(), rule: z.string() })),
      })
      .optional(),
  }),
  'artifact.recorded': z.strictObject({
    kind: z.enum(['diff', 'tests', 'log', 'lint', 'review', 'transcript', 'report']),
    path: z.string(),
    sha256: digest,
    bytes: count,
    /** Names of the secrets that the file holds; only a diff can, which is kept as it is. */
    secrets: z.array(z.string()).optional(),
  }),
  'run.escalated': z.strictObject({ message: z.string(), ...handoff }),
  'run.failed': failure.extend({ usage: usageSchema }),
  'run.exhausted': z.strictObject({
    limit: z.enum(['tokens', 'turns', 'minutes']),
    message: z.string(),
    usage: usageSchema,
  }),
  'run.cancelled': z.strictObject({ by: z.string() }),
  /** From here on it is worked on elsewhere, with all that the events before say. */
  'run.moved': z.strictObject({ from: placeSchema, to: placeSchema }),
} as const;

export type GoalEventType = keyof typeof goalEventSchemas;

/** An event of a run: what happened, never what should happen. */
export type GoalEvent = {
  [T in GoalEventType]: { readonly type: T; readonly data: Readonly<z.infer<(typeof goalEventSchemas)[T]>> };
}[GoalEventType];

export type Usage = Readonly<z.infer<typeof usageSchema>>;
export type Limits = Readonly<z.infer<typeof limitsSchema>>;
export type Diff = Readonly<z.infer<typeof diffSchema>>;

const isGoalEventType = (type: string): type is GoalEventType => Object.hasOwn(goalEventSchemas, type);

/** Parses an event that was read from a file; throws a `ZodError`. */
export function parseGoalEvent(type: string, data: unknown): GoalEvent {
  if (!isGoalEventType(type))
    throw new z.ZodError([{ code: 'custom', path: ['type'], message: `unknown event type "${type}"`, input: type }]);
  return { type, data: goalEventSchemas[type].parse(data) } as GoalEvent;
}

export const noUsage: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  turns: 0,
  elapsedMs: 0,
};

export const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  totalTokens: a.totalTokens + b.totalTokens,
  turns: a.turns + b.turns,
  elapsedMs: a.elapsedMs + b.elapsedMs,
});
