import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  makeScratchFolder,
  type CodexSession,
  ManagedProcess,
  noTokens,
  type OpenSessionOptions,
  type RunTurnOptions,
  TailBuffer,
  type TokenUsage,
  type TurnError,
  type TurnResult,
} from '@codex-orch/core';
import type { CodexLaunch } from '../binary/launch.js';
import { threadSandbox } from '../home/permission-profiles.js';
import { untrustedProjects, type UntrustedProjects } from '../home/untrusted-projects.js';
import {
  ActiveTurn,
  crashError,
  endThreadCommands,
  SessionBusyError,
  SessionClosedError,
  subtractUsage,
  turnError,
} from '../turn/index.js';
import { leaderExit } from '../wire/leader-exit.js';
import { LineSplitter } from '../wire/line-splitter.js';
import { eventsOf, type ExecLine, readExecLine } from './events.js';
import { readThreadUsage } from './thread-usage.js';

// How long the process may take to exit after it said that the turn is over.
const exitGraceMs = 5000;

/** A thread that is continued by one `codex exec` process a turn. */
export class ExecSession implements CodexSession {
  readonly #launch: CodexLaunch;
  readonly #options: OpenSessionOptions;
  readonly #onClose: () => void;
  #threadId: string | undefined;
  #turn: ActiveTurn | undefined;
  #process: ManagedProcess | undefined;
  #closed = false;

  constructor(launch: CodexLaunch, options: OpenSessionOptions, onClose: () => void) {
    this.#launch = launch;
    this.#options = options;
    this.#onClose = onClose;
    this.#threadId = options.threadId;
  }

  get threadId(): string | undefined {
    return this.#threadId;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async run(prompt: string, options: RunTurnOptions = {}): Promise<TurnResult> {
    if (this.#closed) throw new SessionClosedError(this.#threadId ?? 'unknown');
    if (this.#turn) throw new SessionBusyError(this.#threadId ?? 'unknown');
    const turn = new ActiveTurn(this.#threadId ?? '', options, { stop: () => void this.#process?.kill() });
    this.#turn = turn;
    let schemaFolder: string | undefined;
    try {
      if (options.outputSchema) {
        schemaFolder = await makeScratchFolder('schema', this.#launch.home.dir);
        await writeFile(path.join(schemaFolder, 'schema.json'), JSON.stringify(options.outputSchema));
      }
      await this.#execute(turn, prompt, schemaFolder && path.join(schemaFolder, 'schema.json'));
    } catch (error) {
      turn.end('failed', { code: 'codex-error', message: error instanceof Error ? error.message : String(error) });
    } finally {
      if (schemaFolder !== undefined) await rm(schemaFolder, { recursive: true, force: true });
      this.#turn = undefined;
      this.#process = undefined;
    }
    return turn.ended;
  }

  async interrupt(): Promise<void> {
    this.#turn?.stop('aborted');
    await this.#turn?.ended;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.interrupt();
    this.#onClose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #arguments(schema: string | undefined, projects: UntrustedProjects): string[] {
    const { cwd, model, sandbox } = this.#options;
    const { sandbox: mode, config } = threadSandbox(this.#launch.home, sandbox);
    return [
      'exec',
      '--json',
      '--skip-git-repo-check',
      ...['--cd', cwd],
      ...(mode === undefined ? [] : ['--sandbox', mode]),
      ...Object.entries(config).flatMap(([key, value]) => ['--config', `${key}=${JSON.stringify(value)}`]),
      // Nobody can answer, and under any other policy Codex would reject without saying so.
      ...['--config', 'approval_policy="never"'],
      ...['--config', `projects=${inlineTable(projects)}`],
      ...(model === undefined ? [] : ['--model', model]),
      ...(schema === undefined ? [] : ['--output-schema', schema]),
      // The prompt comes over standard input: it may be longer than a command line, and may begin with a dash.
      ...(this.#threadId === undefined ? ['-'] : ['resume', this.#threadId, '-']),
    ];
  }

  async #execute(turn: ActiveTurn, prompt: string, schema: string | undefined): Promise<void> {
    const before =
      this.#threadId === undefined
        ? noTokens
        : ((await readThreadUsage(this.#launch.home.dir, this.#threadId)) ?? noTokens);
    const process = await ManagedProcess.start(
      this.#launch.binary,
      this.#arguments(schema, await untrustedProjects(this.#options.cwd)),
      {
        cwd: this.#launch.home.dir,
        env: this.#launch.env,
        killGraceMs: 500,
      },
    );
    this.#process = process;
    const exited = leaderExit(process);
    const stderr = new TailBuffer(16 * 1024);
    const splitter = new LineSplitter();
    let outcome: { status: 'completed' } | { status: 'failed'; error: TurnError } | undefined;
    let lastError: string | undefined;
    let total: TokenUsage | undefined;
    const read = (line: ExecLine) => {
      if (line.type === 'thread.started') this.#threadId = line.thread_id;
      if (line.type === 'error') lastError = line.message;
      for (const event of eventsOf(line)) turn.emit(event);
      if (line.type === 'turn.completed') {
        total = line.usage;
        outcome = { status: 'completed' };
      } else if (line.type === 'turn.failed') {
        outcome = { status: 'failed', error: turnError(line.error.message) };
      }
    };
    process.child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    process.child.stdout?.on('data', (chunk: Buffer) => {
      turn.touch();
      try {
        for (const text of splitter.push(chunk)) {
          const line = readExecLine(text);
          if (line) read(line);
        }
      } catch {
        void process.kill({ force: true });
      }
      if (outcome) setTimeout(() => void process.kill(), exitGraceMs).unref();
    });
    process.child.stdin?.end(prompt);
    // The turn may have been stopped while the process was starting.
    if (turn.stopReason) void process.kill();
    const exit = await exited;
    await endThreadCommands(this.#threadId);
    total ??= this.#threadId === undefined ? undefined : await readThreadUsage(this.#launch.home.dir, this.#threadId);
    if (total) turn.emit({ type: 'usage', usage: subtractUsage(total, before) });
    if (outcome?.status === 'completed') turn.end('completed');
    else if (turn.stopReason) turn.end('interrupted');
    else if (outcome) turn.end('failed', outcome.error);
    else if (exit.signal === null && lastError !== undefined) turn.end('failed', turnError(lastError));
    else turn.end('crashed', crashError(exit, stderr.bytes().toString('utf8')));
  }
}

// JSON's strings are TOML's basic strings, but for DEL, which only TOML forbids.
const tomlString = (text: string) => JSON.stringify(text).replaceAll('\u007f', '\\u007f');

const inlineTable = (projects: UntrustedProjects) =>
  `{${Object.entries(projects)
    .map(([folder, { trust_level }]) => `${tomlString(folder)}={trust_level=${tomlString(trust_level)}}`)
    .join(',')}}`;
