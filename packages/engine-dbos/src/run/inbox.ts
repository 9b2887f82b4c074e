import type { Json } from '@codex-orch/core';
import type { Database } from '../database/database.js';
import type { Claim } from './claim.js';
import { lostTo } from './lost.js';

/** A signal as it stands in the database. `seq` counts those of its run from 1. */
interface Received {
  readonly seq: number;
  readonly name: string;
  readonly payload: Json;
  takenBy: string | null;
}

/** The signals of one run, as its execution has seen them. */
export class Inbox {
  readonly #database: Database;
  readonly #claim: Claim;
  readonly #signals: Received[] = [];

  constructor(database: Database, claim: Claim) {
    this.#database = database;
    this.#claim = claim;
  }

  /** The number of the newest signal that was seen. */
  get seen(): number {
    return this.#signals.at(-1)?.seq ?? 0;
  }

  /** Looks for new signals. */
  async look(): Promise<void> {
    const rows = await this.#database.query<{ seq: string; name: string; payload: Json; taken_by: string | null }>(
      'SELECT seq, name, payload, taken_by FROM codex_orch.signals WHERE run_id = $1 AND seq > $2 ORDER BY seq',
      [this.#claim.id, this.seen],
    );
    for (const { seq, name, payload, taken_by: takenBy } of rows)
      if (Number(seq) > this.seen) this.#signals.push({ seq: Number(seq), name, payload, takenBy });
  }

  /** The oldest payload under this name that `accept` says yes to, taken or not. */
  find(name: string, accept: (payload: Json) => boolean): { readonly payload: Json } | undefined {
    return this.#signals.find((signal) => signal.name === name && accept(signal.payload));
  }

  /**
   * Takes the oldest signal of that name which nobody took, in the moment it is seen, so that two waits never get the same; or the
   * one that this operation took before it was cut off.
   */
  take(name: string, op: string, since: number): Received | undefined {
    const named = this.#signals.filter((signal) => signal.name === name);
    const signal =
      named.find(({ takenBy }) => takenBy === op) ?? named.find(({ seq, takenBy }) => seq > since && takenBy === null);
    if (signal) signal.takenBy = op;
    return signal;
  }

  /** Makes durable that a signal was taken. */
  async keep({ seq }: Received, op: string): Promise<void> {
    const kept = await this.#database.query(
      `UPDATE codex_orch.signals SET taken_by = $3
       WHERE run_id = $1 AND seq = $2 AND (taken_by IS NULL OR taken_by = $3) RETURNING seq`,
      [this.#claim.id, seq, op],
    );
    if (kept.length === 0) throw lostTo(this.#claim);
  }
}
