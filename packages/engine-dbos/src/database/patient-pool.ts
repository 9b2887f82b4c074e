import pg from 'pg';
import { patiently } from './patience.js';

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void;

/**
 * A pool whose connections are worth waiting for. DBOS repeats a statement when its connection breaks, and takes some of the ways in
 * which a server can be away for the end; here it gets its connection when the server is back, or when waiting is given up.
 */
export class PatientPool extends pg.Pool {
  readonly #signal: AbortSignal;
  readonly #closed: AbortSignal;

  /** `signal` ends all waiting for a database that is away, `closed` all waiting for a connection. */
  constructor(
    { signal, closed }: { readonly signal: AbortSignal; readonly closed: AbortSignal },
    config: pg.PoolConfig,
  ) {
    super(config);
    this.#signal = signal;
    this.#closed = closed;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | void {
    const connecting = patiently(() => this.connectNow(), this.#signal);
    if (!callback) return connecting;
    connecting.then(
      (client) => {
        callback(undefined, client, client.release.bind(client));
      },
      (error: unknown) => {
        callback(error as Error, undefined, () => undefined);
      },
    );
  }

  /** A connection, or why there is none at this moment. */
  async connectNow(): Promise<pg.PoolClient> {
    const closed = this.#closed;
    closed.throwIfAborted();
    const connecting = super.connect();
    let giveUp!: () => void;
    const givenUp = new Promise<never>((_resolve, reject) => {
      giveUp = () => {
        reject(closed.reason as Error);
        // A pool that has ended tells those who stand in line nothing before their time is over.
        connecting.then(
          (client) => {
            client.release(true);
          },
          () => undefined,
        );
      };
    });
    closed.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([connecting, givenUp]);
    } finally {
      closed.removeEventListener('abort', giveUp);
    }
  }

  /** One statement, or why it cannot be run at this moment. */
  async queryNow(sql: string, values: unknown[]): Promise<pg.QueryResult> {
    const client = await this.connectNow();
    let broken: Error | undefined;
    try {
      return await client.query(sql, values);
    } catch (error) {
      // The server's own errors leave the connection as it was.
      if (!(error instanceof pg.DatabaseError) || error.severity !== 'ERROR') broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }
}
