import type { Failure, Json, Outcome, WorkflowStatus } from '@codex-orch/core';
import type { Database } from '../database/database.js';

/** A run as anybody can see it who reaches the database. */
export interface SeenRun {
  readonly id: string;
  readonly status: WorkflowStatus;
  /** How it ended; null before. */
  readonly outcome: Outcome | null;
  /** The worker that executes it at this moment. */
  readonly executor: string | null;
  /** Why it stopped without an end; nobody goes on with it before it is resumed. */
  readonly interruption: Failure | null;
  /** The version that it was begun with, where no live worker can go on with it. */
  readonly strandedBy: string | null;
  /** The newest payload of the signal that was asked about. */
  readonly said: Json;
}

/** What somebody gave a workflow. */
export interface Submission {
  readonly id: string;
  readonly input: Json;
}

/** Looks at many runs at once, the oldest first; those that nobody knows are left out. */
export async function seenRuns(
  { query }: Database,
  ids: readonly string[],
  signal: string,
): Promise<readonly SeenRun[]> {
  return query<SeenRun>(
    `SELECT r.id, r.status, r.outcome, w.executor,
            CASE WHEN r.phase = 'released' THEN COALESCE(r.interruption, $3::json) END AS interruption,
            CASE WHEN r.phase = 'queued' AND NOT EXISTS (
              SELECT 1 FROM codex_orch.workers v WHERE v.lease_until > clock_timestamp() AND r.version = ANY(v.replays)
            ) THEN r.version END AS "strandedBy",
            (SELECT s.payload FROM codex_orch.signals s WHERE s.run_id = r.id AND s.name = $2 ORDER BY s.seq DESC LIMIT 1) AS said
     FROM codex_orch.runs r LEFT JOIN codex_orch.workers w ON r.phase = 'held' AND w.launch = r.holder
     WHERE r.id = ANY($1) ORDER BY r.number`,
    [ids, signal, JSON.stringify({ code: 'interrupted', message: 'It was interrupted.' } satisfies Failure)],
  );
}

export interface SubmissionsFilter {
  readonly workflow: string;
  readonly queue: string;
  /** A field of the input, and the text that it has. */
  readonly having?: { readonly field: string; readonly value: string } | undefined;
}

/** What was given to a workflow in a queue, the oldest first. */
export async function submissionsOf(
  { query }: Database,
  { workflow, queue, having }: SubmissionsFilter,
): Promise<readonly Submission[]> {
  const found = await query<Submission>(
    // As text: Postgres does not look into any input while one of them has a character that its own text cannot have.
    `SELECT id, input FROM codex_orch.runs
     WHERE workflow = $1 AND queue = $2 AND ($3::text IS NULL OR strpos(input::text, $3) > 0) ORDER BY number`,
    [workflow, queue, having ? JSON.stringify(having.value) : null],
  );
  return found.filter(({ input }) => !having || fieldOf(input, having.field) === having.value);
}

const fieldOf = (input: Json, field: string): unknown =>
  typeof input === 'object' && input !== null
    ? (input as { readonly [key: string]: Json | undefined })[field]
    : undefined;

/** What one run of a workflow was given; undefined when the workflow has no such run. */
export async function submissionOf({ query }: Database, id: string, workflow: string): Promise<Submission | undefined> {
  const [found] = await query<Submission>('SELECT id, input FROM codex_orch.runs WHERE id = $1 AND workflow = $2', [
    id,
    workflow,
  ]);
  return found;
}
