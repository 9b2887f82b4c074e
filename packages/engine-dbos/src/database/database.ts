import { setMaxListeners } from 'node:events';
import { Socket } from 'node:net';
import { EngineStoppedError } from '@codex-orch/core';
import pg from 'pg';
import { checkDatabaseUrl, shownDatabaseUrl } from './database-url.js';
import { DatabaseDownError, DatabaseRefusedError, DatabaseStatementError } from '../errors.js';
import { PatientPool } from './patient-pool.js';
import { isDatabaseAway, patiently } from './patience.js';

/** Rows of one statement. */
export type Query = <R extends pg.QueryResultRow = pg.QueryResultRow>(
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly R[]>;

/** A transaction's statements, and its connection for code that wants one. */
export interface Transaction {
  readonly query: Query;
  readonly client: pg.PoolClient;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Most connections at once; 10 by default. */
  readonly connections?: number | undefined;
  /** How long a statement waits for a database that is away, in milliseconds; without end by default. */
  readonly patienceMs?: number | undefined;
  /** How long a transaction whose process says nothing keeps its locks, in milliseconds; 10,000 by default. */
  readonly silentTransactionMs?: number | undefined;
  /** Told, in words that may be shown, whenever something waits for the database. */
  readonly onWaiting?: ((message: string) => void) | undefined;
}

/** Authentication, an unknown database, a missing right: waiting does not help. */
const refusals = /^(28...|3D000|42501)$/;

/** Whoever waits is told at once, and then now and again. */
const sayEveryMs = 30_000;

/**
 * Has the server notice by itself that a process is gone whose network swallows also that: else its locks stay for hours, and with them
 * all who wait for these, those among them that would take its runs over.
 */
const noticeTheDead = `SELECT set_config('idle_in_transaction_session_timeout', $1, false), set_config('tcp_keepalives_idle', '10', false),
  set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)`;

/** How long what was sent may at least go unanswered when nothing is to wait any more, and how often it is looked, in milliseconds. */
const lastAnswerMs = 1000;
const stopAnswerMs = 5000;
const lookMs = 100;

/** A pool of connections that waits for a database which is away instead of failing. */
export class Database implements AsyncDisposable {
  readonly url: string;
  readonly shownUrl: string;
  readonly pool: PatientPool;
  readonly #options: DatabaseOptions;
  readonly #closing = new AbortController();
  /** Those that are open: where a network swallows what is sent, nothing but their end lets go of who waits for an answer. */
  readonly #sockets = new Set<Socket>();
  readonly #closed = new AbortController();
  /** Connections of the pool that are in use, and since when, by the clock that only goes forward. */
  readonly #busy = new Map<pg.PoolClient, number>();
  #watching: NodeJS.Timeout | undefined;
  #answerMs: number | undefined;
  #isCut = false;
  /** When it was last said that something waits, by the clock that only goes forward. */
  #lastSaid = -Infinity;
  #isClosed = false;

  constructor(options: DatabaseOptions) {
    setMaxListeners(0, this.#closing.signal);
    this.url = checkDatabaseUrl(options.url);
    this.shownUrl = shownDatabaseUrl(options.url);
    this.#options = options;
    setMaxListeners(0, this.#closed.signal);
    this.pool = new PatientPool(
      { signal: this.signal, closed: this.#closed.signal },
      {
        connectionString: this.url,
        stream: this.#newSocket,
        max: options.connections ?? 10,
        connectionTimeoutMillis: 10_000,
        allowExitOnIdle: true,
        onConnect: this.#prepare,
        application_name: 'codex-orch',
      },
    );
    this.pool.on('acquire', (client) => this.#busy.set(client, performance.now()));
    this.pool.on('release', (_error, client) => this.#busy.delete(client));
    // An idle connection that breaks is replaced; whoever needs one next notices a database that is away.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Aborted when the database is closed, or when waiting for it is given up. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Its promise is waited for, whatever the type of `onConnect` says. */
  #prepare: (client: pg.ClientBase) => unknown = async (client) => {
    const { silentTransactionMs = 10_000 } = this.#options;
    // A server that knows no such settings works all the same.
    await client.query(noticeTheDead, [String(silentTransactionMs)]).catch((error: unknown) => {
      if (isDatabaseAway(error)) throw error;
    });
  };

  /** A connection of its own, not of the pool. */
  async connectAlone(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      stream: this.#newSocket,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      application_name: 'codex-orch session',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await this.#prepare(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }

  #newSocket = (): Socket => {
    const socket = new Socket();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Who still asks for a connection would wait for one as long again.
    if (this.#isCut) setImmediate(() => socket.destroy());
    return socket;
  };

  /** Ends all connections: what waits for an answer over one asks again over another. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #cut = (): void => {
    if (this.#isCut) return;
    this.#isCut = true;
    if (this.#sockets.size === 0) return;
    this.#options.onWaiting?.(
      `The database ${this.shownUrl} does not answer any more, and is not waited for: what it was last told may be lost.`,
    );
    this.dropConnections();
  };

  /** Does something over a connection of its own; where nothing is to wait long any more, that is true of this, too. */
  async atLast<T>(work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(this.#cut, this.#answerMs ?? stopAnswerMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }

  query: Query = async (sql, values = []) =>
    this.#patiently(async () => (await this.pool.queryNow(sql, [...values])).rows as never);

  /**
   * Runs statements as one. They may run again from the start when the database went away, so `work` must do nothing else.
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#patiently(async () => {
      const client = await this.pool.connectNow();
      let broken: Error | undefined;
      try {
        await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
        const value = await work({
          client,
          query: async (sql, values = []) => (await client.query(sql, [...values])).rows as never,
        });
        await client.query('COMMIT');
        return value;
      } catch (error) {
        await client.query('ROLLBACK').catch((failure: unknown) => {
          broken = failure as Error;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    });
  }

  /**
   * Rejects unless the database answers within the time, or as soon as it refuses.
   *
   * Throws {@link DatabaseRefusedError} and {@link DatabaseDownError}.
   */
  async answers({
    timeoutMs,
    signal,
  }: { readonly timeoutMs?: number | undefined; readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const signals = [this.signal, ...(signal ? [signal] : [])];
    const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    await patiently(
      () => this.pool.queryNow('SELECT 1', []),
      AbortSignal.any(limit ? [...signals, limit] : signals),
      this.#saysWaiting,
    ).catch((error: unknown) => {
      if (limit?.aborted && error === limit.reason)
        throw new DatabaseDownError(this.shownUrl, timeoutMs ?? 0, 'it cannot be reached');
      throw this.#explained(error);
    });
  }

  /** From now on, nothing waits longer than this for a database that is away, nor much longer for one that does not answer. */
  giveUpAfter(ms: number): void {
    const timer = setTimeout(() => {
      this.#closing.abort(new EngineStoppedError());
    }, ms);
    timer.unref();
    this.signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
    const answerMs = Math.max(ms, lastAnswerMs);
    this.#answerMs = answerMs;
    const from = performance.now();
    clearInterval(this.#watching);
    this.#watching = setInterval(() => {
      const now = performance.now();
      if ([...this.#busy.values()].some((since) => now - Math.max(since, from) > answerMs)) this.#cut();
    }, lookMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#answerMs === undefined) this.giveUpAfter(0);
    this.#closing.abort(new EngineStoppedError());
    this.#closed.abort(this.signal.reason);
    await this.pool.end().catch(() => undefined);
    clearInterval(this.#watching);
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { patienceMs } = this.#options;
    const since = performance.now();
    try {
      return await patiently(work, this.signal, (error) => {
        if (patienceMs !== undefined && performance.now() - since > patienceMs)
          throw new DatabaseDownError(this.shownUrl, patienceMs, (error as Error).message);
        this.#saysWaiting(error);
      });
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #saysWaiting = (error: unknown): void => {
    const now = performance.now();
    if (now - this.#lastSaid < sayEveryMs) return;
    this.#lastSaid = now;
    const { code, message } = error as NodeJS.ErrnoException;
    this.#options.onWaiting?.(`Waiting for the database ${this.shownUrl} (${code ?? message}).`);
  };

  #explained(error: unknown): unknown {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (this.#isClosed && !isDatabaseAway(error) && /Cannot use a pool/.test(message)) return new EngineStoppedError();
    if (refusals.test(code)) return new DatabaseRefusedError(this.shownUrl, message, error);
    return error instanceof pg.DatabaseError ? new DatabaseStatementError(this.shownUrl, message, error) : error;
  }
}
