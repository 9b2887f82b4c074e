import { createHash } from 'node:crypto';
import type { Manifest } from '@codex-orch/core';
import { z } from 'zod';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

/**
 * What a sink gets of a run that ended: how it went and what it cost. No diff, no file name, no text of a model, a test or a review, no
 * path of this machine, and no address of a person.
 */
export const runSummarySchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Names this summary: {@link syncKey}. */
  key: digest,
  runId: z.string(),
  taskId: z.string(),
  goal: z.string(),
  state: z.string(),
  /** The code of the error that ended it. */
  end: z.string().nullable(),
  mode: z.string().nullable(),
  codexVersion: z.string().nullable(),
  base: z.string(),
  subtasks: z.strictObject({ planned: count, done: count }),
  diff: z.strictObject({ sha256: digest, files: count, added: count, removed: count }).nullable(),
  testsPassed: z.boolean().nullable(),
  reviewVerdict: z.string().nullable(),
  approvals: z.array(z.strictObject({ decision: z.string(), actor: z.string(), at: z.string() })),
  used: z.strictObject({ totalTokens: count, turns: count, elapsedMs: z.number().nonnegative() }),
  commit: z.string().nullable(),
  createdAt: z.string(),
});

export type RunSummary = Readonly<z.infer<typeof runSummarySchema>>;

/** The idempotency key of a run's summary: SHA-256 of task id and run id, one behind the other. */
export const syncKey = (taskId: string, runId: string): string =>
  createHash('sha256').update(`${taskId}${runId}`).digest('hex');

/** Summarises a run that ended; nothing in it changes afterwards, so that each try sends the same. */
export function summarize(manifest: Manifest): RunSummary {
  const { runId, taskId, goal, state, end, mode, codex, base, subtasks, diff, tests, review, approvals } = manifest;
  const { totalTokens, turns, elapsedMs } = manifest.budget.used;
  const sum = (field: 'added' | 'removed'): number =>
    diff?.files.reduce((total, file) => total + (file[field] ?? 0), 0) ?? 0;
  return {
    schemaVersion: 1,
    key: syncKey(taskId, runId),
    runId,
    taskId,
    goal,
    state,
    end: end?.code ?? null,
    mode: mode?.used ?? null,
    codexVersion: codex?.version ?? null,
    base: base.commit,
    subtasks: { planned: subtasks.length, done: subtasks.filter((subtask) => subtask.state === 'done').length },
    diff: diff && { sha256: diff.sha256, files: diff.files.length, added: sum('added'), removed: sum('removed') },
    testsPassed: tests?.passed ?? null,
    reviewVerdict: review?.verdict ?? null,
    approvals: approvals.map(({ decision, by, at }) => ({ decision, actor: by.actor, at })),
    used: { totalTokens, turns, elapsedMs },
    commit: manifest.commit,
    createdAt: manifest.createdAt,
  };
}
