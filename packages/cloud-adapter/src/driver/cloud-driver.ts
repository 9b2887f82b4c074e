import { rm } from 'node:fs/promises';
import {
  type AuthReport,
  type CodexDriver,
  type CodexSession,
  makeScratchFolder,
  type OpenSessionOptions,
  runCommand,
} from '@codex-orch/core';
import type { VerifyAttempt } from '../attempt/judge-attempts.js';
import type { ReviewAttempt } from '../attempt/review-contenders.js';
import type { CloudCli, CloudLaunch } from '../cli/cloud-cli.js';
import type { Backoff } from '../task/backoff.js';
import type { CloudStore } from '../task/store.js';
import { CloudSession } from './cloud-session.js';

export interface CloudDriverOptions {
  readonly cli: CloudCli;
  readonly launch: CloudLaunch;
  /** The record of this run, and of no other. */
  readonly store: CloudStore;
  /** Id or label, as `resolveEnvironment` finds it. */
  readonly environment: string;
  /** Branch that Codex Cloud works on; the CLI's default when absent. It should hold the base commit of the run. */
  readonly branch?: string | undefined;
  /** How many attempts are made, from 1 to 4; 1 by default. */
  readonly attempts?: number | undefined;
  /** How long a task may take from its submission, in milliseconds. */
  readonly timeLimitMs: number;
  /** Tests each of several attempts. */
  readonly verify?: VerifyAttempt | undefined;
  /** Reviews attempts between which the tests do not decide. */
  readonly review?: ReviewAttempt | undefined;
  readonly backoff?: Backoff | undefined;
  readonly settleMs?: number | undefined;
  /** Tasks that other runs are known to have made; see `submitOnce`. */
  readonly claimed?: (() => Promise<ReadonlySet<string>>) | undefined;
}

/** Codex Cloud behind the driver interface, for one run: a turn is a task, and its outcome an applied diff. */
export class CloudDriver implements CodexDriver {
  readonly kind = 'cloud';
  readonly capabilities = {
    // Nobody is asked in the cloud: what its sandbox allows is set per environment.
    approvals: false,
    durableApprovals: false,
    // A task takes no second prompt; what was before is in the prompt and in the diff that it starts with.
    resume: false,
    liveDiff: false,
    steer: false,
    outputSchema: false,
    multiThread: true,
  } as const;
  readonly version: string;
  readonly holdsTurn = false;
  readonly #options: CloudDriverOptions;
  readonly #sessions = new Set<CodexSession>();

  constructor(options: CloudDriverOptions) {
    this.#options = options;
    this.version = options.cli.version;
  }

  /** `cwd` is the work tree of a `Workspace`. Nothing is sent. */
  open(options: OpenSessionOptions): Promise<CodexSession> {
    options.signal?.throwIfAborted();
    const session = new CloudSession(this.#options, options);
    this.#sessions.add(session);
    return Promise.resolve(session);
  }

  /** Asks `codex login status`, which sends nothing. An API key does not count. */
  async auth(): Promise<AuthReport> {
    const { binary, env } = this.#options.launch;
    const cwd = await makeScratchFolder('cloud');
    try {
      const { exitCode, stdout, stderr } = await runCommand(binary, ['login', 'status'], {
        cwd,
        env,
        timeoutMs: 20_000,
      });
      const said = `${stdout.toString('utf8')}\n${stderr.toString('utf8')}`;
      if (exitCode === 0 && /chatgpt/i.test(said)) return { state: 'logged-in', method: 'chatgpt' };
      if (exitCode === 0)
        return { state: 'logged-out', detail: 'Codex Cloud needs a login with ChatGPT: run "codex login".' };
      if (/not logged in/i.test(said)) return { state: 'logged-out', detail: 'Run "codex login".' };
      return { state: 'unknown', detail: said.trim().slice(-500) };
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) await session.close();
    this.#sessions.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
