import type { AuthReport, CodexCapabilities, CodexDriver, OpenSessionOptions } from '@codex-orch/core';
import { type CodexLaunch, loginStatus } from '../binary/launch.js';
import { ExecSession } from './exec-session.js';

/** Reaches Codex through `codex exec --json`, one process a turn. It never asks: what needs an approval is refused. */
export class ExecDriver implements CodexDriver {
  readonly kind = 'exec';
  readonly version: string;
  readonly capabilities: CodexCapabilities = {
    approvals: false,
    durableApprovals: false,
    resume: true,
    liveDiff: false,
    steer: false,
    outputSchema: true,
    multiThread: false,
  };
  readonly #launch: CodexLaunch;
  readonly #sessions = new Set<ExecSession>();

  constructor(launch: CodexLaunch) {
    this.#launch = launch;
    this.version = launch.version;
  }

  /** The process ids of the Codex processes that this driver started and that still run. */
  get pids(): readonly number[] {
    return [...this.#sessions].map(({ pid }) => pid).filter((pid) => pid !== undefined);
  }

  open(options: OpenSessionOptions): Promise<ExecSession> {
    if (options.signal?.aborted) return Promise.reject(options.signal.reason as Error);
    const session = new ExecSession(this.#launch, options, () => this.#sessions.delete(session));
    this.#sessions.add(session);
    return Promise.resolve(session);
  }

  auth(): Promise<AuthReport> {
    // Of all entry points, only exec knows this variable.
    if (this.#launch.env['CODEX_API_KEY']) return Promise.resolve({ state: 'logged-in', method: 'apikey' });
    return loginStatus(this.#launch);
  }

  readonly holdsTurn = false;

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
