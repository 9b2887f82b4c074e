import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type CommandResult,
  ifAbsent,
  makeFolder,
  makeScratchFolder,
  runCommand,
  writeFileAtomic,
} from '@codex-orch/core';
import { type CloudCapabilities, readCapabilities } from './capabilities.js';
import { CloudOutputUnknownError, CloudUnavailableError, CloudUnsupportedError } from './errors.js';
import { complaintOf, explainFailure } from './explain-failure.js';
import { taskIdPattern, taskOfUrl } from './task-id.js';
import { type CloudTaskState, readList, readStatus, type TaskPage } from './task-status.js';

/** A Codex that is ready to be started. */
export interface CloudLaunch {
  /** Absolute path of the platform binary. */
  readonly binary: string;
  readonly version: string;
  /** The child's whole environment, with a CODEX_HOME that holds a login with ChatGPT. */
  readonly env: Readonly<Record<string, string>>;
}

export interface CloudCliOptions {
  /** Folder that keeps what could not be understood; made when it is needed. */
  readonly rawDir: string;
  /** Longest time that one call may take, in milliseconds; 120 000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Takes secrets out of what is kept. */
  readonly redact?: ((text: string) => string) | undefined;
}

/** What is to be worked on. */
export interface CloudTaskRequest {
  /** Id or label of the environment. */
  readonly environment: string;
  readonly prompt: string;
  /** Branch of the environment's repository; the CLI's own default when absent. */
  readonly branch?: string | undefined;
  /** From 1 to 4. */
  readonly attempts: number;
  /** A diff against the branch that the work begins with, for `CODEX_STARTING_DIFF`. */
  readonly startingDiff?: string | undefined;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Longer values of one variable are refused by Linux (MAX_ARG_STRLEN), in bytes. */
export const maxStartingDiffBytes = 120_000;

/**
 * The official `codex cloud` command line, one process a call.
 *
 * It writes `error.log` into its working folder, so each call gets a folder of its own. What it prints in a form that is not known is
 * kept in a file and never guessed at.
 */
export class CloudCli {
  readonly version: string;
  readonly capabilities: CloudCapabilities;
  readonly #launch: CloudLaunch;
  readonly #options: CloudCliOptions;

  private constructor(launch: CloudLaunch, capabilities: CloudCapabilities, options: CloudCliOptions) {
    this.version = launch.version;
    this.capabilities = capabilities;
    this.#launch = launch;
    this.#options = options;
  }

  /** Asks the installed Codex what it can do; nothing is sent. Throws {@link CloudUnsupportedError} and `ProcessStartError`. */
  static async probe(launch: CloudLaunch, options: CloudCliOptions, { signal }: CallOptions = {}): Promise<CloudCli> {
    const cwd = await makeScratchFolder('cloud');
    try {
      const help = async (...words: string[]): Promise<string> => {
        const call = { cwd, env: launch.env, signal, timeoutMs: 20_000 };
        const { stdout } = await runCommand(launch.binary, ['cloud', ...words, '--help'], call);
        signal?.throwIfAborted();
        return stdout.toString('utf8');
      };
      const [cloud, exec, list, diff] = await Promise.all([help(), help('exec'), help('list'), help('diff')]);
      const capabilities = readCapabilities({ cloud, exec, list, diff });
      for (const name of ['exec', 'status', 'diff'] as const)
        if (!capabilities[name]) throw new CloudUnsupportedError(launch.version, `"codex cloud ${name}"`);
      return new CloudCli(launch, capabilities, options);
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  }

  /**
   * Submits a task. `evidence` is an empty folder that survives this process: what it holds afterwards tells {@link submittedTask}
   * whether a submission that was cut off had been answered.
   *
   * Throws the errors of this folder; a {@link CloudUnavailableError} that `isUnclear` when the task may have been made.
   */
  async submit(
    { environment, prompt, branch, attempts, startingDiff }: CloudTaskRequest,
    evidence: string,
    { signal }: CallOptions = {},
  ): Promise<{ readonly taskId: string; readonly url: string }> {
    if (attempts > 1) this.#need('attempts', '"codex cloud exec --attempts"');
    if (branch !== undefined) this.#need('branch', '"codex cloud exec --branch"');
    const args = [
      'exec',
      `--env=${environment}`,
      ...(attempts > 1 ? [`--attempts=${attempts}`] : []),
      ...(branch === undefined ? [] : [`--branch=${branch}`]),
      // Over standard input: it may be longer than a command line, and others can read those.
      '-',
    ];
    const answer = path.join(evidence, 'answer');
    const env = startingDiff === undefined ? {} : { CODEX_STARTING_DIFF: startingDiff };
    const result = await this.#call(args, { cwd: evidence, input: prompt, env, stdoutTo: answer, signal });
    const printed = await readFile(answer, 'utf8');
    const task = taskOfUrl(printed);
    if (result.exitCode === 0 && task) return task;
    if (result.exitCode === null)
      throw new CloudUnavailableError('the submission did not end in time', { isUnclear: true });
    throw await this.#failure('exec', { ...result, stdout: Buffer.from(printed) });
  }

  /** How a task stands. */
  async status(taskId: string, { signal }: CallOptions = {}): Promise<CloudTaskState> {
    const result = await this.#inScratch(['status', checked(taskId)], signal);
    // It exits with 1 unless the task is ready.
    const state = readStatus(result.stdout.toString('utf8'));
    if (state !== undefined) return state;
    throw await this.#failure('status', result, taskId);
  }

  /** Recent tasks, the newest first. Throws {@link CloudUnsupportedError} where the CLI cannot say it as data. */
  async list(
    { environment, cursor }: { readonly environment?: string | undefined; readonly cursor?: string | undefined } = {},
    { signal }: CallOptions = {},
  ): Promise<TaskPage> {
    this.#need('listJson', '"codex cloud list --json"');
    const args = [
      ...['list', '--json'],
      ...(environment === undefined ? [] : [`--env=${environment}`]),
      ...(cursor === undefined ? [] : [`--cursor=${cursor}`]),
    ];
    const result = await this.#inScratch(args, signal);
    const page = result.exitCode === 0 ? readList(result.stdout.toString('utf8')) : undefined;
    if (page) return page;
    throw await this.#failure('list', result);
  }

  /**
   * Writes the diff of one attempt, counted from 1, into a file; undefined when the task has no diff of that number.
   *
   * Attempts without a diff are not counted by Codex. What is written may be anything: nobody vouches for it.
   */
  async diff(
    taskId: string,
    attempt: number,
    file: string,
    { signal }: CallOptions = {},
  ): Promise<'written' | undefined> {
    if (attempt > 1 && !this.capabilities.diffAttempt) return undefined;
    const number = this.capabilities.diffAttempt ? [`--attempt=${attempt}`] : [];
    const result = await this.#inScratch(['diff', ...number, checked(taskId)], signal, file);
    if (result.exitCode === 0) return 'written';
    await rm(file, { force: true });
    const said = complaintOf(result.stderr.toString('utf8'));
    if (/^(?:Attempt \d+ not available|No diff available)/.test(said)) return undefined;
    throw await this.#failure('diff', result, taskId);
  }

  #need(capability: keyof CloudCapabilities, what: string): void {
    if (!this.capabilities[capability]) throw new CloudUnsupportedError(this.version, what);
  }

  async #inScratch(
    args: readonly string[],
    signal: AbortSignal | undefined,
    stdoutTo?: string,
  ): Promise<CommandResult> {
    const cwd = await makeScratchFolder('cloud');
    try {
      return await this.#call(args, { cwd, signal, stdoutTo });
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  }

  async #call(
    args: readonly string[],
    {
      cwd,
      env = {},
      input = '',
      stdoutTo,
      signal,
    }: {
      readonly cwd: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly input?: string;
      readonly stdoutTo?: string | undefined;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<CommandResult> {
    const result = await runCommand(this.#launch.binary, ['cloud', ...args], {
      cwd,
      env: { ...this.#launch.env, NO_COLOR: '1', ...env },
      input,
      stdoutTo,
      signal,
      timeoutMs: this.#options.timeoutMs ?? 120_000,
    });
    if (result.aborted) signal?.throwIfAborted();
    return result;
  }

  async #failure(command: string, result: CommandResult, taskId?: string): Promise<Error> {
    if (result.timedOut) return new CloudUnavailableError(`"codex cloud ${command}" did not end in time`);
    const stderr = result.stderr.toString('utf8');
    const known = result.exitCode === 0 ? undefined : explainFailure(stderr, taskId);
    if (known) return known;
    const { rawDir, redact = (text) => text } = this.#options;
    await makeFolder(rawDir, { mode: 0o700 });
    const file = path.join(rawDir, `unknown-${command}-${randomUUID()}.txt`);
    const how = `codex ${this.version}: cloud ${command}, exit code ${result.exitCode ?? String(result.signal)}`;
    const raw = `${how}\n--- stdout\n${result.stdout.toString('utf8')}\n--- stderr\n${stderr}`;
    await writeFileAtomic(file, redact(raw), { mode: 0o600 });
    const said = result.exitCode === 0 ? '' : redact(complaintOf(stderr)).replaceAll(/\s+/g, ' ').slice(0, 300);
    return new CloudOutputUnknownError(this.version, command, file, said);
  }
}

/**
 * The task that a submission made, as the folder of its evidence tells; undefined when nothing there says so, which proves nothing.
 *
 * Codex prints its address, and notes `new_task: created id=…` in its `error.log` before that.
 */
export async function submittedTask(evidence: string): Promise<string | undefined> {
  const read = (name: string): Promise<string> => ifAbsent(readFile(path.join(evidence, name), 'utf8'), '');
  const printed = taskOfUrl(await read('answer'));
  if (printed) return printed.taskId;
  const [, noted] = /\bnew_task: created id=(\S+) env=/.exec(await read('error.log')) ?? [];
  return noted !== undefined && taskIdPattern.test(noted) ? noted : undefined;
}

function checked(taskId: string): string {
  if (!taskIdPattern.test(taskId)) throw new TypeError(`not the id of a task: ${JSON.stringify(taskId)}`);
  return taskId;
}
