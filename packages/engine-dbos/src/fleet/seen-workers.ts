import type { Database } from '../database/database.js';

/** A worker as anybody can see it who reaches the database. */
export interface SeenWorker {
  readonly executor: string;
  /** The machine that it runs on; empty where an older version did not say. */
  readonly host: string;
  readonly version: string;
  /** The queues that it takes runs from. */
  readonly queues: readonly string[];
  readonly startedAt: Date;
  /** For how long it is there, by the database's clock, in milliseconds. */
  readonly upMs: number;
  /** For how long nothing was heard of it, by the database's clock, in milliseconds. */
  readonly silentMs: number;
  /** Whether its lease lasts. Where it does not, its runs are anybody's to take over. */
  readonly isLive: boolean;
  /** The runs that it executes, or did when it was last heard of. */
  readonly runs: readonly string[];
}

/** Looks at all workers that are there, and at those that are gone without a word. */
export async function seenWorkers({ query }: Database): Promise<readonly SeenWorker[]> {
  return query<SeenWorker>(
    `SELECT w.executor, w.host, w.version, w.queues, w.started_at AS "startedAt",
            GREATEST(0, EXTRACT(epoch FROM clock_timestamp() - w.started_at) * 1000)::float8 AS "upMs",
            GREATEST(0, EXTRACT(epoch FROM clock_timestamp() - w.heard_at) * 1000)::float8 AS "silentMs",
            w.lease_until > clock_timestamp() AS "isLive",
            ARRAY(SELECT r.id FROM codex_orch.runs r WHERE r.phase = 'held' AND r.holder = w.launch ORDER BY r.number) AS runs
     FROM codex_orch.workers w ORDER BY w.started_at, w.executor`,
  );
}
