import { UnknownQueueError } from '@codex-orch/core';
import type { QueueLimits } from '../engine-options.js';
import type { RunRegistry } from './run-registry.js';

/** The queues that this process takes runs from, as it was told. */
export class Queues {
  readonly #registry: RunRegistry;
  readonly #limits = new Map<string, QueueLimits>();
  /** Rejects when a queue could not be made known. */
  #kept: Promise<unknown> = Promise.resolve();

  constructor(registry: RunRegistry) {
    this.#registry = registry;
  }

  /** Those of which it takes any. */
  get names(): readonly string[] {
    return [...this.#limits.keys()].filter((name) => this.perWorker(name) > 0);
  }

  /** Most runs of a queue at once in this process. */
  perWorker(name: string): number {
    return this.#limits.get(name)?.perWorker ?? Infinity;
  }

  /** Resolves when the database knows this queue, and those before it. Throws what `RunRegistry.rows` throws. */
  async define(name: string, limits: QueueLimits): Promise<void> {
    this.#limits.set(name, limits);
    const known = this.#registry.rows().then((rows) => rows.defineQueue(name, limits.concurrency));
    this.#kept = Promise.all([this.#kept, known]);
    await this.#kept;
  }

  /** Throws `UnknownQueueError` where neither this process nor another one ever defined it, and what {@link define} threw. */
  async assertKnown(name: string | undefined): Promise<void> {
    await this.#kept;
    if (name === undefined || this.#limits.has(name)) return;
    const rows = await this.#registry.rows();
    if (!(await rows.knowsQueue(name))) throw new UnknownQueueError(name);
  }

  /** Resolves when no definition is under way. */
  async settled(): Promise<void> {
    await this.#kept.catch(() => undefined);
  }
}
