import { type Outcome, outcomeSchema } from '@codex-orch/core';
import type { Database } from '../database/database.js';
import type { Claim } from './claim.js';
import { lostTo } from './lost.js';

/** What the execution of a run keeps beside the results that DBOS keeps. */
export class OperationRows {
  readonly #database: Database;
  readonly #claim: Claim;

  constructor(database: Database, claim: Claim) {
    this.#database = database;
    this.#claim = claim;
  }

  /** Counts a try of a step. It only counts, so it waits for the disk only where a power cut must not make one forgotten. */
  async beginAttempt(op: string, { durable }: { readonly durable: boolean }): Promise<number> {
    const [row] = await this.#database.query<{ attempts: number }>(
      `INSERT INTO codex_orch.operations (run_id, op, attempts)
       SELECT $1, $2, 1 FROM set_config('synchronous_commit', $3, true)
       ON CONFLICT (run_id, op) DO UPDATE SET attempts = operations.attempts + 1 RETURNING attempts`,
      [this.#claim.id, op, durable ? 'on' : 'off'],
    );
    return row?.attempts ?? 1;
  }

  /** The number of the last signal that came before a wait began, whenever that was. */
  async waitsSince(op: string): Promise<number> {
    const [row] = await this.#database.query<{ since: string }>(
      `INSERT INTO codex_orch.operations (run_id, op, since) SELECT id, $2, last_signal FROM codex_orch.runs WHERE id = $1
       ON CONFLICT (run_id, op) DO UPDATE SET since = COALESCE(operations.since, excluded.since) RETURNING since`,
      [this.#claim.id, op],
    );
    return Number(row?.since ?? 0);
  }

  /** What is left of a time-out in milliseconds, by the database's clock: never more than the whole or less than nothing. */
  async remaining(op: string, ms: number): Promise<number> {
    const [row] = await this.#database.query<{ left: number }>(
      `INSERT INTO codex_orch.operations (run_id, op, ends_at)
       VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3::float8 / 1000))
       ON CONFLICT (run_id, op) DO UPDATE SET ends_at = COALESCE(operations.ends_at, excluded.ends_at)
       RETURNING (EXTRACT(epoch FROM ends_at - clock_timestamp()) * 1000)::float8 AS left`,
      [this.#claim.id, op, ms],
    );
    return Math.min(ms, Math.max(0, row?.left ?? ms));
  }

  /** The time of the database, in milliseconds since the epoch. */
  async now(): Promise<number> {
    const [row] = await this.#database.query<{ now: number }>(
      'SELECT floor(EXTRACT(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
    );
    return row?.now ?? Date.now();
  }

  async scopedSteps(op: string): Promise<ReadonlyMap<string, { readonly name: string; readonly outcome: Outcome }>> {
    const rows = await this.#database.query<{ op: string; name: string; outcome: unknown }>(
      `SELECT op, name, outcome FROM codex_orch.scoped_steps WHERE run_id = $1 AND starts_with(op, $2)`,
      [this.#claim.id, `${op}.`],
    );
    return new Map(
      rows.map(({ op: inner, name, outcome }) => [inner, { name, outcome: outcomeSchema.parse(outcome) }]),
    );
  }

  /** Throws `LeaseLostError` when the run is no longer this execution's. */
  async recordScopedStep(op: string, name: string, outcome: Outcome): Promise<void> {
    const recorded = await this.#database.query(
      `INSERT INTO codex_orch.scoped_steps (run_id, op, name, outcome)
       SELECT w.workflow_uuid, $3, $4, $5 FROM dbos.workflow_status w
       WHERE w.workflow_uuid = $1 AND w.owner_xid = $2 AND w.status = 'PENDING' FOR NO KEY UPDATE OF w
       ON CONFLICT (run_id, op) DO UPDATE SET name = excluded.name RETURNING op`,
      [this.#claim.id, this.#claim.token, op, name, JSON.stringify(outcome)],
    );
    if (recorded.length === 0) throw lostTo(this.#claim);
  }
}
