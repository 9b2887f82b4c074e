import { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Database } from '../database/database.js';
import { prepareSchema, silentLogger } from '../database/schema.js';
import { applicationName } from '../dbos-runtime.js';
import { RunRows } from './run-rows.js';

/** What a database knows of runs. Its tables are made, and DBOS's client is opened, when somebody first asks. */
export class RunRegistry implements AsyncDisposable {
  readonly #database: Database;
  #opening: Promise<{ readonly rows: RunRows; readonly client: DBOSClient }> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Throws `DatabaseRefusedError`, `DatabaseDownError` and `DatabaseTooNewError`; whoever asks next tries again. */
  async rows(): Promise<RunRows> {
    this.#opening ??= this.#open();
    this.#opening.catch(() => {
      this.#opening = undefined;
    });
    return (await this.#opening).rows;
  }

  /** The database, once its tables are there. Throws what {@link rows} throws. */
  async prepared(): Promise<Database> {
    await this.rows();
    return this.#database;
  }

  async #open(): Promise<{ readonly rows: RunRows; readonly client: DBOSClient }> {
    await prepareSchema(this.#database);
    const client = await DBOSClient.create({
      systemDatabaseUrl: this.#database.url,
      systemDatabasePool: this.#database.pool,
      applicationName,
      logger: silentLogger,
    });
    return { rows: new RunRows(this.#database, client), client };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    await opened?.client.destroy();
  }
}
