import {
  EngineStoppedError,
  type Json,
  outcomeSchema,
  unwrapOutcome,
  type Wakeups,
  type WorkflowInfo,
} from '@codex-orch/core';
import { InterruptedRunError } from '../errors.js';
import { infoOf, type RunRow } from './run-rows.js';
import type { RunRegistry } from './run-registry.js';

/** What is not announced is looked for this often; where nothing is announced, more often. */
const lookEveryMs = 1000;
const lookAloneEveryMs = 250;

export interface RunFollowerOptions {
  readonly registry: RunRegistry;
  /** Woken when something may have changed. */
  readonly news: Wakeups;
  /** Whether this process is told what others do. */
  readonly hears: () => boolean;
  /** Aborted when nobody is to wait any longer. */
  readonly stopping: AbortSignal;
}

/** Waits for what becomes of runs, whoever executes them. */
export class RunFollower {
  readonly #options: RunFollowerOptions;
  /** Why runs stopped here without an end, in more words than the database has. */
  readonly #interruptions = new Map<string, Error>();

  constructor(options: RunFollowerOptions) {
    this.#options = options;
  }

  /** A run that this process executed stopped without an end. */
  interrupted(id: string, reason: Error): void {
    this.#interruptions.set(id, reason);
  }

  /** A run goes on: what stopped it before is past. */
  goesOn(id: string): void {
    this.#interruptions.delete(id);
  }

  /** Resolves with what a run gave; rejects with what it failed with, or with why nobody goes on with it. */
  async result(id: string, signal: AbortSignal = this.#options.stopping): Promise<Json | undefined> {
    const row = await this.#until(id, signal, ({ phase }) => phase === 'ended');
    return unwrapOutcome(outcomeSchema.parse(row.outcome));
  }

  /** Resolves when a run ended or waits; rejects with why nobody goes on with it. */
  async settled(id: string): Promise<WorkflowInfo> {
    const { stopping } = this.#options;
    return infoOf(await this.#until(id, stopping, ({ phase, status }) => phase === 'ended' || status === 'waiting'));
  }

  /** Resolves with the run as soon as it is so; rejects when nobody executes it and nobody will. */
  async #until(id: string, signal: AbortSignal, isSo: (row: RunRow) => boolean): Promise<RunRow> {
    const { registry, news, hears } = this.#options;
    const rows = await registry.rows();
    for (;;) {
      // Before the look: what happens after it is not missed.
      let isFirst = true;
      const heard = news.until(() => (isFirst ? ((isFirst = false), undefined) : true), {
        timeoutMs: hears() ? lookEveryMs : lookAloneEveryMs,
        signal,
      });
      heard.catch(() => undefined);
      const row = await rows.get(id);
      if (isSo(row)) return row;
      if (row.phase === 'released') throw this.#interruptionOf(row);
      await heard;
    }
  }

  #interruptionOf({ id, interruption }: RunRow): Error {
    const known = this.#interruptions.get(id);
    if (known) return known;
    return interruption ? new InterruptedRunError(interruption) : new EngineStoppedError();
  }
}
