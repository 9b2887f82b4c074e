import { type CodexDriver, type CodexSession, type OpenSessionOptions, OrchError } from '@codex-orch/core';
import type { CodexRuntime } from '../codex-runtime.js';

/** What brings one app-server down ends the turns of all lanes, so each of them has to bear more than a run alone. */
export const laneCrashRetries = 5;

/** One lane's part of a Codex that several share: the same driver and home, and nothing that one lane could close for the others. */
export const laneCodex = (shared: CodexRuntime): CodexRuntime => ({
  ...shared,
  driver: new LaneDriver(shared.driver),
  close: () => Promise.resolve(),
});

/** A driver that opens sessions on a shared one. */
class LaneDriver implements CodexDriver {
  readonly kind;
  readonly capabilities;
  readonly version;
  /** Codex does not outlive a process for the sake of one lane. */
  readonly holdsTurn = false;
  readonly #shared: CodexDriver;

  constructor(shared: CodexDriver) {
    this.#shared = shared;
    this.kind = shared.kind;
    this.capabilities = shared.capabilities;
    this.version = shared.version;
  }

  /** A thread that was lost with its process, before any of it was on the disk, is begun anew. */
  async open(options: OpenSessionOptions): Promise<CodexSession> {
    try {
      return await this.#shared.open(options);
    } catch (error) {
      const code = error instanceof OrchError ? error.code : undefined;
      // What ended the process may have met its successor at its start.
      if (code === 'app-server-start-failed') return this.#shared.open(options);
      if (code !== 'thread-open-failed' || options.threadId === undefined) throw error;
      return this.#shared.open({ ...options, threadId: undefined });
    }
  }

  auth(): ReturnType<CodexDriver['auth']> {
    return this.#shared.auth();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
