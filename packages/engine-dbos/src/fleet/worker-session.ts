import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Database } from '../database/database.js';
import { isDatabaseAway } from '../database/patience.js';
import { ExecutorTakenError, LeaseLostError } from '../errors.js';
import { type Claimant, takeOver } from '../run/claims.js';
import { channel } from '../run/run-rows.js';

export interface WorkerSessionOptions {
  readonly database: Database;
  readonly claimant: Claimant;
  /** The queues that this worker takes runs from at this moment, for whoever asks who is there. */
  readonly queues: () => readonly string[];
  /** How long this worker may be silent before others take its runs. */
  readonly leaseMs: number;
  /** Whether runs of dead workers are put back into their queues. */
  readonly takesOver: boolean;
  /** Called with what others said, and with undefined when something may have been missed. */
  readonly onNews: (about: string | undefined) => void;
  readonly onTakeOver: (executors: readonly string[]) => void;
  /** Called once when this process must stop working. */
  readonly onLost: (error: Error) => void;
}

/** What takes no longer than this need not be lost, in milliseconds. */
const slowMs = 3000;

interface Backend {
  readonly pid: number;
  readonly since: string;
}

const executorLock = `hashtextextended('codex-orch/executor/' || $1, 0)`;

/**
 * One connection for the life of a worker: it holds the lock of the executor id, renews the lease, and listens.
 *
 * The lease is counted twice: by the database's clock for the others, and from before the last renewal was sent by this process's
 * own steady clock, so that a worker cut off from the database stops before anybody takes its runs.
 */
export class WorkerSession implements AsyncDisposable {
  readonly #options: WorkerSessionOptions;
  readonly #closing = new AbortController();
  #client: Client | undefined;
  #validUntil = 0;
  #deadline: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  #isOver = false;
  #takingOver: Promise<void> | undefined;
  /** The connection that this session had last, as the server knows it. */
  #former: Backend | undefined;

  private constructor(options: WorkerSessionOptions) {
    this.#options = options;
  }

  /** Throws {@link ExecutorTakenError} when another live session has the executor id. */
  static async open(options: WorkerSessionOptions): Promise<WorkerSession> {
    const session = new WorkerSession(options);
    try {
      await session.#connect();
      const { launch, executor, version, replays } = options.claimant;
      const asked = performance.now();
      await session.#client?.query(
        `INSERT INTO codex_orch.workers (launch, executor, version, replays, host, queues, lease_until)
         VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + make_interval(secs => $7::float8 / 1000))`,
        [launch, executor, version, replays, os.hostname(), options.queues(), options.leaseMs],
      );
      session.#renewed(asked);
    } catch (error) {
      await session.#client?.end().catch(() => undefined);
      throw error;
    }
    session.#beating = session.#beat();
    return session;
  }

  async #connect(): Promise<void> {
    const client = await this.#options.database.connectAlone();
    try {
      const { rows } = await client.query<Backend & { readonly locked: boolean }>(
        `SELECT pg_try_advisory_lock(${executorLock}) AS locked, pid, backend_start::text AS since
         FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
        [this.#options.claimant.executor],
      );
      const [own] = rows;
      if (!own?.locked) {
        await this.#endFormer(client);
        throw new ExecutorTakenError(this.#options.claimant.executor);
      }
      this.#former = own;
      client.on('notification', ({ payload }) => {
        this.#options.onNews(payload);
      });
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    client.once('end', () => {
      if (this.#client === client) this.#client = undefined;
    });
    this.#client = client;
    this.#options.onNews(undefined);
  }

  /** Has the server end the connection that this session had before: where a network swallowed it, only the server has it still. */
  async #endFormer(client: Client): Promise<void> {
    if (!this.#former) return;
    const { pid, since } = this.#former;
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2::timestamptz',
      [pid, since],
    );
  }

  async #beat(): Promise<void> {
    const { leaseMs, takesOver, database } = this.#options;
    const pause = leaseMs / 4;
    while (!this.#isOver) {
      try {
        await delay(this.#client ? pause : Math.min(pause, 250), undefined, { signal: this.#closing.signal });
      } catch {
        return;
      }
      // What a network has forgotten stays silent, while new connections may well get through.
      const unanswered = setTimeout(
        () => {
          database.dropConnections();
        },
        Math.max(leaseMs / 2, slowMs),
      );
      try {
        if (!this.#client) await this.#connect();
        await this.#renew();
        // It may have to wait for the locks of others, and the lease must not.
        if (takesOver) this.#takingOver ??= this.#takeOver();
      } catch (error) {
        if (error instanceof LeaseLostError) this.#lose(error);
        // The lock of our own dead session may outlive it for a moment; after the lease it is somebody else's.
        else if (!isDatabaseAway(error) && !(error instanceof ExecutorTakenError)) await this.#forget();
      } finally {
        clearTimeout(unanswered);
      }
    }
  }

  async #takeOver(): Promise<void> {
    const { database, claimant, onTakeOver } = this.#options;
    try {
      const dead = await takeOver(database, claimant.launch);
      if (dead.length > 0) onTakeOver(dead);
    } catch {
      // The next beat tries again.
    } finally {
      this.#takingOver = undefined;
    }
  }

  async #renew(): Promise<void> {
    const { claimant, leaseMs, queues } = this.#options;
    const asked = performance.now();
    const renewed = await this.#client?.query(
      `UPDATE codex_orch.workers SET lease_until = clock_timestamp() + make_interval(secs => $2::float8 / 1000),
         heard_at = clock_timestamp(), queues = $3
       WHERE launch = $1 RETURNING launch`,
      [claimant.launch, leaseMs, queues()],
    );
    if (!renewed) return;
    if (renewed.rowCount === 0) throw new LeaseLostError(claimant.executor, 'another worker took its runs over');
    this.#renewed(asked);
  }

  #renewed(asked: number): void {
    const { leaseMs, claimant } = this.#options;
    this.#validUntil = asked + leaseMs;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.#lose(
        new LeaseLostError(claimant.executor, `the database did not answer for ${Math.round(leaseMs / 1000)} s`),
      );
    }, this.#validUntil - performance.now());
  }

  #lose(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#deadline);
    this.#closing.abort();
    this.#options.onLost(error);
  }

  async #forget(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  /** Gives the lease and the executor id back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    this.#closing.abort();
    await this.#options.database.atLast(async () => {
      await this.#beating;
      await this.#takingOver;
      await this.#resign().catch(() => undefined);
      await this.#forget();
    });
  }

  /** Whoever could not give its runs back stays known as one whose lease is over, so that others take them. */
  async #resign(): Promise<void> {
    const { launch } = this.#options.claimant;
    // First, and alone: it waits for a claim that is still being made.
    await this.#client?.query('UPDATE codex_orch.workers SET lease_until = clock_timestamp() WHERE launch = $1', [
      launch,
    ]);
    await this.#client?.query(
      `DELETE FROM codex_orch.workers
       WHERE launch = $1 AND NOT EXISTS (SELECT 1 FROM codex_orch.runs WHERE holder = $1 AND phase = 'held')`,
      [launch],
    );
  }
}
