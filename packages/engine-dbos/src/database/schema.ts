import { setTimeout as delay } from 'node:timers/promises';
import type { DLogger } from '@dbos-inc/dbos-sdk';
import { ensureSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database';
import { DatabaseTooNewError } from '../errors.js';
import type { Database } from './database.js';

/** DBOS reports what we report ourselves, in words of its own, and URLs among them. */
export const silentLogger: DLogger = {
  info: () => undefined,
  debug: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const launchLock = `hashtextextended('codex-orch/launch', 0)`;
const lockPauseMs = 50;

/**
 * Runs something while no other process makes tables or launches DBOS: two at once fail.
 *
 * Nobody stands in line in the database, because a statement that waits is a transaction, and DBOS makes indexes that wait for all
 * transactions.
 */
export async function whileLaunching<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${launchLock}) AS locked`);
      if (rows[0]?.locked) break;
      await delay(lockPauseMs, undefined, { signal: database.signal });
    }
    return await work();
  } finally {
    // With the connection goes the lock, whatever became of the work.
    client.release(true);
  }
}

/**
 * Our own tables, beside those of DBOS and in the same transactions.
 *
 * DBOS keeps a run's place in its queue, who owns it, and the results of its operations. Here is what its model has no room for:
 * signals that stay visible, steps within scopes, attempts, timers by the database's clock, what a run waits for, where the state of
 * runs lies that have one elsewhere, and leases.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE codex_orch.workers (
    launch text PRIMARY KEY,
    executor text NOT NULL,
    version text NOT NULL,
    replays text[] NOT NULL,
    lease_until timestamptz NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE TABLE codex_orch.queues (name text PRIMARY KEY, concurrency int);
  CREATE TABLE codex_orch.runs (
    id text PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    workflow text NOT NULL,
    input json NOT NULL,
    queue text,
    version text,
    phase text NOT NULL CHECK (phase IN ('queued', 'held', 'parked', 'released', 'ended')),
    status text NOT NULL,
    waiting_for text[] NOT NULL DEFAULT '{}',
    holder text,
    outcome json,
    interruption json,
    cancel_requested boolean NOT NULL DEFAULT false,
    last_signal bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX runs_by_queue ON codex_orch.runs (queue, number) WHERE phase IN ('queued', 'held');
  CREATE INDEX runs_by_holder ON codex_orch.runs (holder) WHERE phase = 'held';
  CREATE TABLE codex_orch.operations (
    run_id text NOT NULL REFERENCES codex_orch.runs ON DELETE CASCADE,
    op text NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    since bigint,
    ends_at timestamptz,
    PRIMARY KEY (run_id, op)
  );
  CREATE TABLE codex_orch.scoped_steps (
    run_id text NOT NULL REFERENCES codex_orch.runs ON DELETE CASCADE,
    op text NOT NULL,
    name text NOT NULL,
    outcome json NOT NULL,
    PRIMARY KEY (run_id, op)
  );
  CREATE TABLE codex_orch.signals (
    run_id text NOT NULL REFERENCES codex_orch.runs ON DELETE CASCADE,
    seq bigint NOT NULL,
    name text NOT NULL,
    key text NOT NULL,
    payload json NOT NULL,
    taken_by text,
    PRIMARY KEY (run_id, seq),
    UNIQUE (run_id, key)
  );
  CREATE TABLE codex_orch.artifacts (sha256 text PRIMARY KEY, bytes bytea NOT NULL);
  `,
  `
  CREATE TABLE codex_orch.pointers (
    run_id text PRIMARY KEY REFERENCES codex_orch.runs ON DELETE CASCADE,
    pointer json NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  `,
  `
  -- A volatile default of a new column writes the whole table anew, and now() does not.
  ALTER TABLE codex_orch.artifacts ADD COLUMN used_at timestamptz NOT NULL DEFAULT now();
  ALTER TABLE codex_orch.artifacts ALTER COLUMN used_at SET DEFAULT clock_timestamp();
  -- Last, because leases are not renewed until the end of the transaction.
  ALTER TABLE codex_orch.workers
    ADD COLUMN host text NOT NULL DEFAULT '',
    ADD COLUMN queues text[] NOT NULL DEFAULT '{}',
    ADD COLUMN heard_at timestamptz NOT NULL DEFAULT now();
  ALTER TABLE codex_orch.workers ALTER COLUMN heard_at SET DEFAULT clock_timestamp();
  `,
  `
  -- Tells this database from others that share something with it.
  CREATE TABLE IF NOT EXISTS codex_orch.identity (single bool PRIMARY KEY DEFAULT true CHECK (single), id uuid NOT NULL);
  INSERT INTO codex_orch.identity (id) VALUES (gen_random_uuid()) ON CONFLICT DO NOTHING;
  `,
];

/** Makes or updates the tables of DBOS and ours, one process at a time. Throws {@link DatabaseTooNewError}. */
export async function prepareSchema(database: Database): Promise<void> {
  if ((await currentVersion(database)) === migrations.length) return;
  await whileLaunching(database, async () => {
    // Unlike `DBOS.migrate`, this lets us have the logger: it prints what is nobody's business.
    await ensureSystemDatabase(database.url, silentLogger as Parameters<typeof ensureSystemDatabase>[1], database.pool);
    const found = await currentVersion(database);
    await database.transaction(async ({ query }) => {
      // Behind a change that waits for its table stand the heartbeats of workers: the next start tries again.
      await query(`SET LOCAL lock_timeout = '3s'`);
      await query('CREATE SCHEMA IF NOT EXISTS codex_orch');
      await query('CREATE TABLE IF NOT EXISTS codex_orch.schema_version (version int PRIMARY KEY)');
      for (const [index, sql] of migrations.entries()) {
        if (index < found) continue;
        await query(sql);
        await query('INSERT INTO codex_orch.schema_version VALUES ($1)', [index + 1]);
      }
    });
  });
}

async function currentVersion({ query }: Database): Promise<number> {
  const [exists] = await query<{ known: boolean }>(
    `SELECT to_regclass('codex_orch.schema_version') IS NOT NULL AS known`,
  );
  if (!exists?.known) return 0;
  const [row] = await query<{ version: number | null }>(
    'SELECT max(version) AS version FROM codex_orch.schema_version',
  );
  const found = row?.version ?? 0;
  if (found > migrations.length) throw new DatabaseTooNewError(found, migrations.length);
  return found;
}
