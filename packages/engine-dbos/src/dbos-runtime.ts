import { AsyncLocalStorage } from 'node:async_hooks';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';
import type { Database } from './database/database.js';
import { silentLogger, whileLaunching } from './database/schema.js';
import { SecondEngineError } from './errors.js';
import { dbosWorkflow } from './run/run-rows.js';

export const applicationName = 'codex-orch';

/** Who executes what DBOS dispatches; DBOS lives once in a process. */
let host: ((id: string) => Promise<void>) | undefined;

DBOS.registerWorkflow(
  async (id: string) => {
    await host?.(id);
    return null;
  },
  // How often a run was taken up again says nothing against it.
  { name: dbosWorkflow, maxRecoveryAttempts: 1_000_000_000 },
);

/** Leaves whatever DBOS workflow the caller is in. */
export const outsideOfWorkflows = AsyncLocalStorage.snapshot();

export interface DbosRuntimeOptions {
  readonly database: Database;
  /** Unique to this launch, so that DBOS itself never recovers anything: leases do. */
  readonly launch: string;
  readonly version: string;
  readonly execute: (id: string) => Promise<void>;
}

/** DBOS, launched. Throws {@link SecondEngineError} when it already is. */
export class DbosRuntime implements AsyncDisposable {
  private constructor() {
    // Made by launch().
  }

  static async launch({ database, launch, version, execute }: DbosRuntimeOptions): Promise<DbosRuntime> {
    if (host) throw new SecondEngineError();
    host = execute;
    try {
      DBOS.setConfig({
        name: applicationName,
        systemDatabaseUrl: database.url,
        systemDatabasePool: database.pool,
        applicationVersion: version,
        executorID: launch,
        enablePatching: true,
        logger: silentLogger,
        // Its queue runner polls, and backs off for minutes when workers meet: runs are claimed by us.
        listenQueues: [],
        useListenNotify: false,
      });
      await whileLaunching(database, () => DBOS.launch());
    } catch (error) {
      host = undefined;
      throw error;
    }
    return new DbosRuntime();
  }

  /** Starts runs that were claimed with this token. */
  async dispatch(ids: readonly string[], token: string): Promise<void> {
    await outsideOfWorkflows(() => DBOSExecutor.globalInstance?.dispatchDequeuedWorkflows([...ids], token));
  }

  /** What DBOS has recorded of a run. */
  static async hasRecorded(database: Database, id: string): Promise<boolean> {
    const [row] = await database.query<{ some: boolean }>(
      'SELECT EXISTS (SELECT 1 FROM dbos.operation_outputs WHERE workflow_uuid = $1) AS some',
      [id],
    );
    return row?.some ?? false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await DBOS.shutdown();
    host = undefined;
  }
}
