import {
  type Failure,
  type Json,
  type Outcome,
  UnknownWorkflowRunError,
  type WorkflowInfo,
  type WorkflowStatus,
} from '@codex-orch/core';
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Database, Query } from '../database/database.js';

/**
 * Where a run is: `queued` for whoever takes it, `held` by an execution, `parked` until a signal comes, `released` until somebody
 * continues it, `ended`.
 */
export type Phase = 'queued' | 'held' | 'parked' | 'released' | 'ended';

export interface RunRow {
  readonly id: string;
  readonly workflow: string;
  readonly queue: string | null;
  readonly version: string | null;
  readonly phase: Phase;
  readonly status: WorkflowStatus;
  readonly waiting_for: readonly string[];
  readonly holder: string | null;
  readonly outcome: Outcome | null;
  readonly interruption: Failure | null;
  readonly cancel_requested: boolean;
}

const columns =
  'id, workflow, queue, version, phase, status, waiting_for, holder, outcome, interruption, cancel_requested';

/** The name under which DBOS knows every run: which workflow it is stands in our row. */
export const dbosWorkflow = 'codex-orch-run';

/** DBOS's queue of runs that have none; nobody listens to it, whoever wants such a run claims it. */
const noQueue = 'codex-orch-direct';

/** Runs and queues, of which somebody may want to hear. */
export const channel = 'codex_orch';
export const aboutRun = (id: string): string => `run ${id}`;
export const aboutQueue = (queue: string | null): string => `queue ${queue ?? ''}`;

export const tell = (query: Query, ...about: readonly string[]): Promise<unknown> =>
  query(`SELECT pg_notify('${channel}', about) FROM unnest($1::text[]) about`, [about]);

export const infoOf = (row: RunRow): WorkflowInfo => ({
  id: row.id,
  workflow: row.workflow,
  status: row.status,
  waitingFor: row.status === 'waiting' ? row.waiting_for : [],
  error: row.outcome?.ok === false ? row.outcome.error : undefined,
});

/** The part of a run's life that needs no execution: anyone who reaches the database can do it. */
export class RunRows {
  readonly #database: Database;
  readonly #client: DBOSClient;

  constructor(database: Database, client: DBOSClient) {
    this.#database = database;
    this.#client = client;
  }

  /** Makes a run known, once. */
  async submit(run: {
    readonly id: string;
    readonly workflow: string;
    readonly input: Json;
    readonly queue: string | undefined;
  }): Promise<void> {
    await this.#database.transaction(async ({ query, client }) => {
      const made = await query(
        `INSERT INTO codex_orch.runs (id, workflow, input, queue, phase, status)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING RETURNING id`,
        [
          run.id,
          run.workflow,
          JSON.stringify(run.input),
          run.queue ?? null,
          // A run without a queue is claimed by whoever started it, not by whoever comes first.
          run.queue === undefined ? 'released' : 'queued',
          run.queue === undefined ? 'running' : 'queued',
        ],
      );
      if (made.length === 0) return;
      await this.#client.enqueueInTransaction(
        client,
        { queueName: run.queue ?? noQueue, workflowName: dbosWorkflow, workflowID: run.id },
        run.id,
      );
      await tell(query, aboutQueue(run.queue ?? null));
    });
  }

  async find(id: string): Promise<RunRow | undefined> {
    const [row] = await this.#database.query<RunRow>(`SELECT ${columns} FROM codex_orch.runs WHERE id = $1`, [id]);
    return row;
  }

  async get(id: string): Promise<RunRow> {
    const row = await this.find(id);
    if (!row) throw new UnknownWorkflowRunError(id);
    return row;
  }

  /** What a run was given. */
  async inputOf(id: string): Promise<Json> {
    const [row] = await this.#database.query<{ input: Json }>('SELECT input FROM codex_orch.runs WHERE id = $1', [id]);
    return row?.input ?? null;
  }

  async list(): Promise<readonly RunRow[]> {
    return this.#database.query<RunRow>(`SELECT ${columns} FROM codex_orch.runs ORDER BY number`);
  }

  /** Puts a run of a queue that nobody executes back into it. */
  async requeue(id: string): Promise<void> {
    await this.#database.transaction(async ({ query }) => requeueIn(query, id, ['parked', 'released']));
  }

  async signal(id: string, name: string, payload: Json, key: string): Promise<void> {
    await this.#database.transaction(async ({ query }) => {
      const [run] = await query<RunRow & { last_signal: string }>(
        `SELECT ${columns}, last_signal FROM codex_orch.runs WHERE id = $1 FOR UPDATE`,
        [id],
      );
      if (!run) throw new UnknownWorkflowRunError(id);
      const [sent] = await query<{ seq: string }>(
        `INSERT INTO codex_orch.signals (run_id, seq, name, key, payload) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING RETURNING seq`,
        [id, Number(run.last_signal) + 1, name, key, JSON.stringify(payload)],
      );
      if (!sent) return;
      // In the row itself, so that whoever is about to say that the run waits sees that it need not.
      await query('UPDATE codex_orch.runs SET last_signal = $2 WHERE id = $1', [id, sent.seq]);
      if (run.status === 'waiting' && run.waiting_for.includes(name))
        await query(`UPDATE codex_orch.runs SET status = 'running', waiting_for = '{}' WHERE id = $1`, [id]);
      if (run.queue !== null) await requeueIn(query, id, ['parked']);
      await tell(query, aboutRun(id));
    });
  }

  /** The payloads that were sent under a name, oldest first. */
  async sent(id: string, name: string): Promise<readonly Json[]> {
    const rows = await this.#database.query<{ payload: Json }>(
      'SELECT payload FROM codex_orch.signals WHERE run_id = $1 AND name = $2 ORDER BY seq',
      [id, name],
    );
    return rows.map(({ payload }) => payload);
  }

  /** Tells the execution of a run to stop; a run that nobody executes ends at once. */
  async cancel(id: string, failure: Failure): Promise<void> {
    await this.#database.transaction(async ({ query }) => {
      const [run] = await query<RunRow>(`SELECT ${columns} FROM codex_orch.runs WHERE id = $1 FOR UPDATE`, [id]);
      if (!run) throw new UnknownWorkflowRunError(id);
      if (run.phase === 'ended') return;
      await query('UPDATE codex_orch.runs SET cancel_requested = true WHERE id = $1', [id]);
      if (run.phase !== 'held') {
        await query(
          `UPDATE codex_orch.runs SET phase = 'ended', status = 'cancelled', outcome = $2, waiting_for = '{}' WHERE id = $1`,
          [id, JSON.stringify({ ok: false, error: failure })],
        );
        await query(
          // The time too, of a run that waited for long: by it is known when the run ended.
          `UPDATE dbos.workflow_status SET status = 'CANCELLED', owner_xid = NULL,
             updated_at = (EXTRACT(epoch FROM now()) * 1000)::bigint WHERE workflow_uuid = $1`,
          [id],
        );
      }
      await tell(query, aboutRun(id), aboutQueue(run.queue));
    });
  }

  /** Which of these runs are executed although somebody wants them cancelled. */
  async toCancel(ids: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#database.query<{ id: string }>(
      `SELECT id FROM codex_orch.runs WHERE id = ANY($1) AND phase = 'held' AND cancel_requested`,
      [ids],
    );
    return rows.map(({ id }) => id);
  }

  async stranded(): Promise<readonly { readonly id: string; readonly version: string }[]> {
    return this.#database.query(
      `SELECT id, version FROM codex_orch.runs r WHERE phase = 'queued' AND version IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM codex_orch.workers w WHERE w.lease_until > clock_timestamp() AND r.version = ANY(w.replays))
       ORDER BY number`,
    );
  }

  async defineQueue(name: string, concurrency: number | undefined): Promise<void> {
    await this.#database.query(
      `INSERT INTO codex_orch.queues VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET concurrency = COALESCE(excluded.concurrency, queues.concurrency)`,
      [name, concurrency ?? null],
    );
  }

  async knowsQueue(name: string): Promise<boolean> {
    return (await this.#database.query('SELECT 1 FROM codex_orch.queues WHERE name = $1', [name])).length > 0;
  }
}

async function requeueIn(query: Query, id: string, from: readonly Phase[]): Promise<void> {
  const moved = await query<{ queue: string | null }>(
    `UPDATE codex_orch.runs SET phase = 'queued', interruption = NULL,
       status = CASE WHEN status = 'waiting' THEN 'running' ELSE status END
     WHERE id = $1 AND phase = ANY($2) RETURNING queue`,
    [id, from],
  );
  if (moved.length === 0) return;
  await query(
    `UPDATE dbos.workflow_status SET status = 'ENQUEUED', owner_xid = NULL, started_at_epoch_ms = NULL, completed_at = NULL
     WHERE workflow_uuid = $1 AND status = 'CANCELLED'`,
    [id],
  );
  await tell(query, aboutQueue(moved[0]?.queue ?? null), aboutRun(id));
}
