import { type Json, jsonSchema } from '@codex-orch/core';
import type { Database } from '../database/database.js';
import type { Claim } from './claim.js';
import { lostTo } from './lost.js';

/** Where a run's newest state lies outside of the database: one value a run, which only the worker that owns the run can set. */
export class RunPointer {
  readonly #database: Database;
  readonly #claim: Claim;

  constructor(database: Database, claim: Claim) {
    this.#database = database;
    this.#claim = claim;
  }

  /** What its present or last owner set; undefined when nobody did. */
  read(): Promise<Json | undefined> {
    return readPointer(this.#database, this.#claim.id);
  }

  /** Throws `LeaseLostError`, changing nothing, when the run has another owner by now. */
  async write(pointer: Json): Promise<void> {
    const written = await this.#database.query(
      // The lock on the owner's row makes a takeover wait for this, or this see it.
      `INSERT INTO codex_orch.pointers (run_id, pointer)
       SELECT w.workflow_uuid, $3 FROM dbos.workflow_status w
       WHERE w.workflow_uuid = $1 AND w.owner_xid = $2 AND w.status = 'PENDING' FOR NO KEY UPDATE OF w
       ON CONFLICT (run_id) DO UPDATE SET pointer = excluded.pointer, written_at = clock_timestamp() RETURNING run_id`,
      [this.#claim.id, this.#claim.token, JSON.stringify(pointer)],
    );
    if (written.length === 0) throw lostTo(this.#claim);
  }
}

/** Reads what {@link RunPointer.write} wrote, for whom the run need not belong to. */
export async function readPointer(database: Database, runId: string): Promise<Json | undefined> {
  const [row] = await database.query<{ pointer: unknown }>(
    'SELECT pointer FROM codex_orch.pointers WHERE run_id = $1',
    [runId],
  );
  return row && jsonSchema.parse(row.pointer);
}
