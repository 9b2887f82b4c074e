import type { CodexEvent, RecordedEvent, RunStore } from '@codex-orch/core';

/** What this process knows of the runs that it works on, for whoever shows how they get on. */
export class RunsAtWork {
  readonly #stores = new Map<string, RunStore>();
  /** Tokens of the turns that are under way. */
  readonly #turnTokens = new Map<string, number>();

  /** What is on record of a run, and the tokens of its present turn; undefined for runs that are not worked on here. */
  present(runId: string): { readonly state: RunStore['state']; readonly turnTokens: number } | undefined {
    const store = this.#stores.get(runId);
    return store && { state: store.state, turnTokens: this.#turnTokens.get(runId) ?? 0 };
  }

  opened(runId: string, store: RunStore): void {
    this.#stores.set(runId, store);
  }

  recorded(runId: string, { event }: RecordedEvent): void {
    // From now on, the record tells what the turn cost.
    if (event.type === 'build.finished') this.#turnTokens.delete(runId);
  }

  heard(runId: string, event: CodexEvent): void {
    if (event.type === 'usage') this.#turnTokens.set(runId, event.usage.totalTokens);
  }
}
