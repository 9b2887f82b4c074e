import { z } from 'zod';
import { approvalSchema } from '../approval/approval.js';
import { diffSchema, goalEventSchemas, limitsSchema, modeSchema, usageSchema } from '../goal/events.js';
import type { GoalState } from '../goal/state.js';
import type { LogHead } from '../log/read-log.js';

/** The format of `manifest.json`: derived from the events, for programs and people that want the outcome only. */
export const manifestSchema = z.strictObject({
  $schema: z.string(),
  schemaVersion: z.literal(1),
  runId: z.string(),
  taskId: z.string(),
  goal: z.string(),
  repository: z.string(),
  base: goalEventSchemas['run.created'].shape.base,
  follows: goalEventSchemas['run.created'].shape.follows,
  state: z.string(),
  end: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
  mode: modeSchema.nullable(),
  codex: goalEventSchemas['preflight.passed'].shape.codex.nullable(),
  model: goalEventSchemas['preflight.passed'].shape.model.nullable(),
  subtasks: z.array(
    z.strictObject({ id: z.string(), title: z.string(), state: z.enum(['planned', 'in-progress', 'done']) }),
  ),
  diff: diffSchema.nullable(),
  tests: z.strictObject({ passed: z.boolean(), diffSha256: z.string() }).nullable(),
  review: z.strictObject({ verdict: z.string(), summary: z.string(), diffSha256: z.string() }).nullable(),
  budget: z.strictObject({ limits: limitsSchema, used: usageSchema }),
  approvals: z.array(approvalSchema),
  /** What Codex asks to do beyond its sandbox, and nobody has answered. */
  elevations: z.array(goalEventSchemas['elevation.requested'].pick({ id: true, sha256: true, request: true })),
  artifacts: z.array(goalEventSchemas['artifact.recorded']),
  commit: z.string().nullable(),
  appliedTo: z.array(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** The last event; the events file cannot be cut off behind it without this telling. */
  head: z.strictObject({
    seq: z.number().int(),
    hash: z.string(),
    /** An SSH signature (`ssh-keygen -Y sign`) over the canonical JSON of `{hash, runId, seq}`. */
    signature: z.string().optional(),
  }),
});

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** Derives the manifest from what the events add up to. */
export function deriveManifest(
  state: GoalState,
  { head, createdAt, updatedAt }: { head: LogHead; createdAt: string; updatedAt: string },
): Manifest {
  const { created } = state;
  if (!created) throw new TypeError('a manifest needs a created run');
  const done = ['awaiting-approval', 'promoting', 'done'].includes(state.phase);
  return {
    $schema: '@codex-orch/core/schemas/manifest.json',
    schemaVersion: 1,
    runId: created.runId,
    taskId: created.taskId,
    goal: created.goal,
    repository: created.repository,
    base: created.base,
    ...(created.follows ? { follows: created.follows } : {}),
    state: state.phase,
    end: state.end ?? null,
    mode: state.preflight?.mode ?? null,
    codex: state.preflight?.codex ?? null,
    model: state.preflight?.model ?? null,
    subtasks: (state.plan?.subtasks ?? []).map(({ id, title }, index) => ({
      id,
      title,
      state: done || index < state.subtaskIndex ? 'done' : index === state.subtaskIndex ? 'in-progress' : 'planned',
    })),
    diff: state.diff ?? null,
    tests: state.tests ? { passed: state.tests.passed, diffSha256: state.tests.diffSha256 } : null,
    review: state.review
      ? { verdict: state.review.verdict, summary: state.review.summary, diffSha256: state.review.diffSha256 }
      : null,
    budget: { limits: created.limits, used: state.usage },
    approvals: [...state.approvals],
    elevations: state.elevations.map(({ id, sha256, request }) => ({ id, sha256, request })),
    artifacts: [...state.artifacts.values()],
    commit: state.commit ?? null,
    appliedTo: [...state.appliedTo],
    createdAt,
    updatedAt,
    head,
  };
}
