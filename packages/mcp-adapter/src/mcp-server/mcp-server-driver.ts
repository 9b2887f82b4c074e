import type { AuthReport, CodexCapabilities, CodexDriver, OpenSessionOptions } from '@codex-orch/core';
import { type CodexLaunch, loginStatus } from '../binary/launch.js';
import { ResumeUnsupportedError } from './errors.js';
import type { McpServerSession } from './mcp-server-session.js';

/** Reaches Codex up to 0.153.4 through `codex mcp-server`, one process a session. */
export class McpServerDriver implements CodexDriver {
  readonly kind = 'mcp-server';
  readonly version: string;
  readonly capabilities: CodexCapabilities = {
    approvals: true,
    durableApprovals: false,
    resume: false,
    liveDiff: true,
    steer: false,
    outputSchema: false,
    multiThread: false,
  };
  readonly #launch: CodexLaunch;
  readonly #sessions = new Set<McpServerSession>();

  constructor(launch: CodexLaunch) {
    this.#launch = launch;
    this.version = launch.version;
  }

  /** The process ids of the Codex processes that this driver started and that still run. */
  get pids(): readonly number[] {
    return [...this.#sessions].map(({ pid }) => pid).filter((pid) => pid !== undefined);
  }

  async open(options: OpenSessionOptions): Promise<McpServerSession> {
    options.signal?.throwIfAborted();
    if (options.threadId !== undefined) throw new ResumeUnsupportedError(options.threadId);
    // The MCP SDK is large, and few installations still need it.
    const { McpServerSession } = await import('./mcp-server-session.js');
    const session: McpServerSession = await McpServerSession.open(this.#launch, options, () =>
      this.#sessions.delete(session),
    );
    this.#sessions.add(session);
    return session;
  }

  auth(): Promise<AuthReport> {
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
