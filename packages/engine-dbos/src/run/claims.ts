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

type Claimed = Pick<RunRow, 'id' | 'workflow' | 'queue'>;

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
    const token = randomUUID();
    let isRetry = false;
    return this.#database.transaction(async ({ query }) => {
      // One claimant of a queue at a time: two that count at the same moment would both find room.
      await query(`SELECT pg_advisory_xact_lock(hashtextextended('codex-orch/queue/' || $1, 0))`, [queue ?? '']);
      await this.#assertLease(query);
      const kept = isRetry ? await this.#heldWith(query, token) : [];
      isRetry = true;
      if (kept.length > 0) return kept;
      const [limits] = await query<{ concurrency: number | null; held: string }>(
        `SELECT (SELECT concurrency FROM codex_orch.queues WHERE name = $1) AS concurrency,
                (SELECT count(*) FROM codex_orch.runs WHERE queue = $1 AND phase = 'held') AS held`,
        [queue],
      );
      const free = queue === null ? Infinity : (limits?.concurrency ?? Infinity) - Number(limits?.held ?? 0);
      const most = Math.min(room, free, mouthful);
      if (most <= 0) return [];
      const rows = await query<Claimed>(
        `SELECT id, workflow, queue FROM codex_orch.runs
         WHERE queue IS NOT DISTINCT FROM $1 AND phase = 'queued' AND workflow = ANY($2)
           AND (version IS NULL OR version = ANY($3))
         ORDER BY number LIMIT $4 FOR UPDATE SKIP LOCKED`,
        [queue, workflows, this.#claimant.replays, most],
      );
      return this.#hold(query, rows, token);
    });
  }

  /** Takes one run that nobody executes; undefined when somebody does, or when it ended. */
  async take(id: string): Promise<Claim | undefined> {
    const token = randomUUID();
    return this.#database.transaction(async ({ query }) => {
      await this.#assertLease(query);
      const rows = await query<Claimed>(
        `SELECT id, workflow, queue FROM codex_orch.runs WHERE id = $1 AND phase IN ('queued', 'parked', 'released') FOR UPDATE`,
        [id],
      );
      const taken = rows.length > 0 ? await this.#hold(query, rows, token) : await this.#heldWith(query, token);
      return taken[0];
    });
  }

  /** What was taken although the answer that says so was lost, and the transaction runs again. */
  async #heldWith(query: Query, token: string): Promise<readonly Claim[]> {
    const rows = await query<Claimed>(
      `SELECT r.id, r.workflow, r.queue FROM codex_orch.runs r JOIN dbos.workflow_status w ON w.workflow_uuid = r.id
       WHERE r.phase = 'held' AND r.holder = $1 AND w.owner_xid = $2 ORDER BY r.number`,
      [this.#claimant.launch, token],
    );
    return rows.map((row) => this.#claimOf(row, token));
  }

  #claimOf({ id, workflow, queue }: Claimed, token: string): Claim {
    return { id, workflow, queue: queue ?? undefined, token, executor: this.#claimant.executor };
  }

  async #assertLease(query: Query): Promise<void> {
    const lease = await query(
      'SELECT 1 FROM codex_orch.workers WHERE launch = $1 AND lease_until > clock_timestamp() FOR SHARE',
      [this.#claimant.launch],
    );
    if (lease.length === 0)
      throw new LeaseLostError(this.#claimant.executor, 'it is over by the clock of the database');
  }

  async #hold(query: Query, rows: readonly Claimed[], token: string): Promise<readonly Claim[]> {
    if (rows.length === 0) return [];
    const { launch, version } = this.#claimant;
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
    return rows.map((row) => this.#claimOf(row, token));
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

  /** What DBOS says is wrong with a run that it did not begin; undefined where it says nothing. */
  async refusalOf({ id }: Claim): Promise<string | undefined> {
    const [row] = await this.#database.query<{ error: string | null }>(
      `SELECT o.error FROM dbos.workflow_status w LEFT JOIN dbos.workflow_output o USING (workflow_uuid)
       WHERE w.workflow_uuid = $1 AND w.status = 'ERROR'`,
      [id],
    );
    if (!row) return undefined;
    return (parsed(row.error) as DbosError)?.json?.message ?? 'DBOS does not say why';
  }

  /**
   * Puts runs back into their queues that stand as held by this process, and that it does not execute: letting go of them failed, or
   * something else changed what DBOS has of them. Resolves with their ids.
   */
  async giveBackForsaken(isExecuted: (id: string) => boolean): Promise<readonly string[]> {
    const held = `SELECT id, queue FROM codex_orch.runs WHERE phase = 'held' AND holder = $1`;
    const launch = [this.#claimant.launch];
    const isForsaken = ({ id }: Place): boolean => !isExecuted(id);
    const found = (await this.#database.query<Place>(held, launch)).filter(isForsaken);
    if (found.length === 0) return [];
    return this.#database.transaction(async ({ query }) => {
      const locked = await query<Place>(`${held} AND id = ANY($2) ORDER BY id FOR UPDATE`, [
        ...launch,
        found.map(({ id }) => id),
      ]);
      // Only now can nobody let go of them or take them anew.
      const runs = locked.filter(isForsaken);
      if (runs.length > 0) await requeueAll(query, runs);
      return runs.map(({ id }) => id);
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

  /**
   * Whether this process holds a run of which DBOS's row says that nobody does, as after an error that DBOS recorded, or a cancel by its
   * own tools. Whoever takes a run over changes both.
   */
  async #isNobodys(query: Query, { id }: Claim): Promise<boolean> {
    const rows = await query(
      `SELECT 1 FROM codex_orch.runs r JOIN dbos.workflow_status w ON w.workflow_uuid = r.id
       WHERE r.id = $1 AND r.phase = 'held' AND r.holder = $2 AND w.owner_xid IS NULL`,
      [id, this.#claimant.launch],
    );
    return rows.length > 0;
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
      if (owned.length === 0 && !(await this.#isNobodys(query, claim))) throw lostTo(claim);
      await change(query);
      await tell(query, aboutRun(claim.id), aboutQueue(claim.queue ?? null));
    });
  }
}

/**
 * Puts the runs of workers whose lease is over back into their queues, and forgets those workers: lease and recovery in one
 * transaction. So it does with runs of workers that nobody knows any more. Resolves with the executors that were found dead.
 */
export async function takeOver(database: Database, launch: string): Promise<readonly string[]> {
  return database.transaction(async ({ query }) => {
    const dead = await query<{ launch: string; executor: string }>(
      `SELECT launch, executor FROM codex_orch.workers
       WHERE lease_until < clock_timestamp() AND launch <> $1 FOR UPDATE SKIP LOCKED`,
      [launch],
    );
    const launches = dead.map((worker) => worker.launch);
    const runs = [...(await heldBy(query, launches)), ...(await orphans(query))];
    if (runs.length > 0) await requeueAll(query, runs);
    if (dead.length > 0) await query('DELETE FROM codex_orch.workers WHERE launch = ANY($1)', [launches]);
    return dead.map(({ executor }) => executor);
  });
}

/** An error as DBOS records it, if it is one. */
type DbosError = { readonly json?: { readonly message?: string } } | null | undefined;

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

type Place = Pick<RunRow, 'id' | 'queue'>;

async function heldBy(query: Query, launches: readonly string[]): Promise<readonly Place[]> {
  if (launches.length === 0) return [];
  return query<Place>(
    `SELECT id, queue FROM codex_orch.runs WHERE phase = 'held' AND holder = ANY($1) ORDER BY id FOR UPDATE`,
    [launches],
  );
}

/** Runs whose holder is no worker, which only an old fault leaves behind. */
async function orphans(query: Query): Promise<readonly Place[]> {
  const isOrphan = `phase = 'held' AND NOT EXISTS (SELECT 1 FROM codex_orch.workers w WHERE w.launch = r.holder)`;
  const locked = await query<Place>(
    `SELECT id FROM codex_orch.runs r WHERE ${isOrphan} ORDER BY id FOR UPDATE SKIP LOCKED`,
  );
  if (locked.length === 0) return [];
  // A run may have been claimed anew, by a worker too new to be seen, before it was locked: only now can its holder not change.
  return query<Place>(`SELECT id, queue FROM codex_orch.runs r WHERE id = ANY($1) AND ${isOrphan}`, [
    locked.map(({ id }) => id),
  ]);
}

async function requeueAll(query: Query, runs: readonly Place[]): Promise<void> {
  const ids = runs.map(({ id }) => id);
  await query(
    `UPDATE codex_orch.runs SET holder = NULL, waiting_for = '{}', phase = 'queued', status = 'running' WHERE id = ANY($1)`,
    [ids],
  );
  await query(
    `UPDATE dbos.workflow_status SET status = 'ENQUEUED', owner_xid = NULL, started_at_epoch_ms = NULL WHERE workflow_uuid = ANY($1)`,
    [ids],
  );
  await tell(query, ...ids.map(aboutRun), ...new Set(runs.map(({ queue }) => aboutQueue(queue))));
}
