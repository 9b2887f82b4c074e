import { randomUUID } from 'node:crypto';
import type { Failure, Outcome } from '@codex-orch/core';
import type { Database, Query } from '../database/database.js';
import { LeaseLostError } from '../errors.js';
import type { Claim } from './claim.js';
import { lostTo } from './lost.js';
import { aboutQueue, aboutRun, type RunRow, tell } from './run-rows.js';

/** Who claims. */
export interface Claimant {
  /** Names one launch of one executor. */
  readonly launch: string;
  readonly executor: string;
  readonly version: string;
  /** The versions whose runs this one can go on with, its own among them. */
  readonly replays: readonly string[];
}

/** What this process could take. */
export interface Appetite {
  readonly workflows: readonly string[];
  readonly queue: string | null;
  /** How many more runs of the queue this process has room for. */
  readonly room: number;
}

/** Most runs that are taken in one go, so that several workers share a long queue. */
const mouthful = 8;

/** Changes of who executes a run. Each is one transaction over our row, DBOS's row and the lease. */
export class Claims {
  readonly #database: Database;
  readonly #claimant: Claimant;

  constructor(database: Database, claimant: Claimant) {
    this.#database = database;
    this.#claimant = claimant;
  }

  /** Takes the oldest runs that this process can go on with, never more than the queue allows over all workers. */
  async takeQueued({ workflows, queue, room }: Appetite): Promise<readonly Claim[]> {
    return this.#database.transaction(async ({ query }) => {
      // One claimant of a queue at a time: two that count at the same moment would both find room.
      await query(`SELECT pg_advisory_xact_lock(hashtextextended('codex-orch/queue/' || $1, 0))`, [queue ?? '']);
      await this.#assertLease(query);
      const [limits] = await query<{ concurrency: number | null; held: string }>(
        `SELECT (SELECT concurrency FROM codex_orch.queues WHERE name = $1) AS concurrency,
                (SELECT count(*) FROM codex_orch.runs WHERE queue = $1 AND phase = 'held') AS held`,
        [queue],
      );
      const free = queue === null ? Infinity : (limits?.concurrency ?? Infinity) - Number(limits?.held ?? 0);
      const most = Math.min(room, free, mouthful);
      if (most <= 0) return [];
      const rows = await query<Pick<RunRow, 'id' | 'workflow' | 'queue'>>(
        `SELECT id, workflow, queue FROM codex_orch.runs
         WHERE queue IS NOT DISTINCT FROM $1 AND phase = 'queued' AND workflow = ANY($2)
           AND (version IS NULL OR version = ANY($3))
         ORDER BY number LIMIT $4 FOR UPDATE SKIP LOCKED`,
        [queue, workflows, this.#claimant.replays, most],
      );
      return this.#hold(query, rows);
    });
  }

  /** Takes one run that nobody executes; undefined when somebody does, or when it ended. */
  async take(id: string): Promise<Claim | undefined> {
    return this.#database.transaction(async ({ query }) => {
      await this.#assertLease(query);
      const rows = await query<Pick<RunRow, 'id' | 'workflow' | 'queue'>>(
        `SELECT id, workflow, queue FROM codex_orch.runs WHERE id = $1 AND phase IN ('queued', 'parked', 'released') FOR UPDATE`,
        [id],
      );
      return (await this.#hold(query, rows))[0];
    });
  }

  async #assertLease(query: Query): Promise<void> {
    const lease = await query(
      'SELECT 1 FROM codex_orch.workers WHERE launch = $1 AND lease_until > clock_timestamp() FOR SHARE',
      [this.#claimant.launch],
    );
    if (lease.length === 0)
      throw new LeaseLostError(this.#claimant.executor, 'it is over by the clock of the database');
  }

  async #hold(query: Query, rows: readonly Pick<RunRow, 'id' | 'workflow' | 'queue'>[]): Promise<readonly Claim[]> {
    if (rows.length === 0) return [];
    const { launch, executor, version } = this.#claimant;
    const token = randomUUID();
    const ids = rows.map(({ id }) => id);
    await query(
      `UPDATE codex_orch.runs SET phase = 'held', status = 'running', waiting_for = '{}', holder = $2, version = $3, interruption = NULL
       WHERE id = ANY($1)`,
      [ids, launch, version],
    );
    await query(
      `UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = $2, owner_xid = $3, application_version = $4,
         recovery_attempts = 0, completed_at = NULL, updated_at = (EXTRACT(epoch FROM now()) * 1000)::bigint,
         started_at_epoch_ms = (EXTRACT(epoch FROM now()) * 1000)::bigint
       WHERE workflow_uuid = ANY($1)`,
      [ids, launch, token, version],
    );
    await tell(query, ...ids.map(aboutRun));
    return rows.map(({ id, workflow, queue }) => ({ id, workflow, queue: queue ?? undefined, token, executor }));
  }

  /** Says whether a run waits for signals, unless one came meanwhile. */
  async waits(claim: Claim, waitingFor: readonly string[], seen: number): Promise<void> {
    const told = await this.#database.query(
      `UPDATE codex_orch.runs SET status = $2, waiting_for = $3
       WHERE id = $1 AND phase = 'held' AND holder = $4 AND (last_signal <= $5 OR $2 = 'running') AND status <> $2 RETURNING id`,
      [claim.id, waitingFor.length === 0 ? 'running' : 'waiting', waitingFor, this.#claimant.launch, seen],
    );
    if (told.length > 0) await tell(this.#database.query, aboutRun(claim.id));
  }

  /** Records how a run ended. */
  async end(claim: Claim, status: 'done' | 'failed' | 'cancelled', outcome: Outcome): Promise<void> {
    await this.#letGo(claim, status === 'cancelled' ? 'CANCELLED' : 'SUCCESS', async (query) => {
      await query(
        `UPDATE codex_orch.runs SET phase = 'ended', status = $2, outcome = $3, holder = NULL, waiting_for = '{}' WHERE id = $1`,
        [claim.id, status, JSON.stringify(outcome)],
      );
    });
  }

  /** Lets go of a run that did not end, because of a fault around it. */
  async interrupt(claim: Claim, interruption: Failure): Promise<void> {
    await this.#letGo(claim, 'CANCELLED', async (query) => {
      await query(`UPDATE codex_orch.runs SET phase = 'released', holder = NULL, interruption = $2 WHERE id = $1`, [
        claim.id,
        JSON.stringify(interruption),
      ]);
    });
  }

  /** Lets go of a run that can go on at once: in its queue, or, where it waits for a signal, when that comes. */
  async giveBack(claim: Claim, seen: number): Promise<void> {
    await this.#letGo(claim, 'CANCELLED', async (query) => {
      const [run] = await query<{ phase: string }>(
        `UPDATE codex_orch.runs SET holder = NULL, phase = CASE
           WHEN queue IS NULL THEN 'released'
           WHEN status = 'waiting' AND last_signal <= $2 AND NOT cancel_requested THEN 'parked'
           ELSE 'queued' END
         WHERE id = $1 RETURNING phase`,
        [claim.id, seen],
      );
      if (run?.phase === 'queued')
        await query(`UPDATE dbos.workflow_status SET status = 'ENQUEUED' WHERE workflow_uuid = $1`, [claim.id]);
    });
  }

  /** Throws `LeaseLostError` when the run is not this process's to let go. */
  async #letGo(claim: Claim, status: string, change: (query: Query) => Promise<void>): Promise<void> {
    await this.#database.transaction(async ({ query }) => {
      await query('SELECT 1 FROM codex_orch.runs WHERE id = $1 FOR UPDATE', [claim.id]);
      const owned = await query(
        `UPDATE dbos.workflow_status SET status = $3, owner_xid = NULL, started_at_epoch_ms = NULL,
           updated_at = (EXTRACT(epoch FROM now()) * 1000)::bigint,
           completed_at = (EXTRACT(epoch FROM now()) * 1000)::bigint
         WHERE workflow_uuid = $1 AND owner_xid = $2 AND status = 'PENDING' RETURNING workflow_uuid`,
        [claim.id, claim.token, status],
      );
      if (owned.length === 0) throw lostTo(claim);
      await change(query);
      await tell(query, aboutRun(claim.id), aboutQueue(claim.queue ?? null));
    });
  }
}

/**
 * Puts the runs of workers whose lease is over back into their queues, and forgets those workers: lease and recovery in one
 * transaction. Resolves with the executors that were found dead.
 */
export async function takeOver(database: Database, launch: string): Promise<readonly string[]> {
  return database.transaction(async ({ query }) => {
    const dead = await query<{ launch: string; executor: string }>(
      `SELECT launch, executor FROM codex_orch.workers
       WHERE lease_until < clock_timestamp() AND launch <> $1 FOR UPDATE SKIP LOCKED`,
      [launch],
    );
    if (dead.length === 0) return [];
    const launches = dead.map((worker) => worker.launch);
    const runs = await query<{ id: string; queue: string | null }>(
      `SELECT id, queue FROM codex_orch.runs WHERE phase = 'held' AND holder = ANY($1) ORDER BY id FOR UPDATE`,
      [launches],
    );
    const ids = runs.map(({ id }) => id);
    await query(
      `UPDATE codex_orch.runs SET holder = NULL, waiting_for = '{}', phase = 'queued', status = 'running' WHERE id = ANY($1)`,
      [ids],
    );
    await query(
      `UPDATE dbos.workflow_status SET status = 'ENQUEUED', owner_xid = NULL, started_at_epoch_ms = NULL WHERE workflow_uuid = ANY($1)`,
      [ids],
    );
    await query('DELETE FROM codex_orch.workers WHERE launch = ANY($1)', [launches]);
    await tell(query, ...ids.map(aboutRun), ...new Set(runs.map(({ queue }) => aboutQueue(queue))));
    return dead.map(({ executor }) => executor);
  });
}
