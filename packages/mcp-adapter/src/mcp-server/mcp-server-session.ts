import {
  type CodexSession,
  ManagedProcess,
  type OpenSessionOptions,
  type RunTurnOptions,
  TailBuffer,
  type TurnResult,
} from '@codex-orch/core';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { z } from 'zod';
import type { CodexLaunch } from '../binary/launch.js';
import type { CodexHome } from '../home/codex-home.js';
import { threadSandbox } from '../home/permission-profiles.js';
import { untrustedProjects } from '../home/untrusted-projects.js';
import {
  ActiveTurn,
  crashError,
  endThreadCommands,
  SessionBusyError,
  SessionClosedError,
  turnError,
  UsageMeter,
} from '../turn/index.js';
import { leaderExit } from '../wire/leader-exit.js';
import { elicitationReplies, readElicitation } from './elicitation.js';
import { McpServerStartError, OutputSchemaUnsupportedError } from './errors.js';
import { eventsOf, readMcpServerEvent } from './events.js';
import { ProcessTransport } from './process-transport.js';

// The longest a Node timer can be: how long a turn takes is the idle time-out's concern, not MCP's.
const noTimeout = 2 ** 31 - 1;
const startTimeoutMs = 30_000;

const resultSchema = z.looseObject({
  isError: z.boolean().optional(),
  structuredContent: z.looseObject({ threadId: z.string().optional(), content: z.string().optional() }).optional(),
  content: z.array(z.looseObject({ text: z.string().optional() })).optional(),
});

/** One `codex mcp-server` process with its one thread. Stopping a turn ends the process, and the thread with it. */
export class McpServerSession implements CodexSession {
  readonly #options: OpenSessionOptions;
  readonly #process: ManagedProcess;
  readonly #transport: ProcessTransport;
  readonly #client: Client;
  readonly #stderr = new TailBuffer(16 * 1024);
  readonly #usage = new UsageMeter();
  readonly #onClose: () => void;
  readonly #home: CodexHome;
  #threadId: string | undefined;
  #turn: ActiveTurn | undefined;
  #errorInfo: unknown;
  /** The process is being ended by us, so its end is no crash. */
  #stopping = false;
  /** An earlier call was left without an answer, so that events alone tell how a turn ends. */
  #callAbandoned = false;
  #closed = false;

  private constructor(process: ManagedProcess, home: CodexHome, options: OpenSessionOptions, onClose: () => void) {
    this.#process = process;
    this.#home = home;
    this.#options = options;
    this.#onClose = onClose;
    process.child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr.push(chunk);
    });
    void leaderExit(process);
    this.#transport = new ProcessTransport(process);
    this.#client = new Client({ name: 'codex-orch', version: '0.1.0' }, { capabilities: { elicitation: {} } });
    // The SDK's own handler for elicitations refuses shapes it does not know, and such a refusal hangs Codex's call for ever.
    this.#client.fallbackRequestHandler = ({ method, params }) => this.#serve(method, params);
    this.#client.fallbackNotificationHandler = ({ method, params }) => {
      if (method === 'codex/event') this.#event(params);
      return Promise.resolve();
    };
    this.#client.onclose = () => {
      void this.#crash(this.#turn);
    };
  }

  /** Starts the process. Throws {@link McpServerStartError}. */
  static async open(launch: CodexLaunch, options: OpenSessionOptions, onClose: () => void): Promise<McpServerSession> {
    const process = await ManagedProcess.start(launch.binary, ['mcp-server'], {
      cwd: launch.home.dir,
      env: launch.env,
      killGraceMs: 500,
    });
    const session = new McpServerSession(process, launch.home, options, onClose);
    try {
      await session.#client.connect(session.#transport, {
        timeout: startTimeoutMs,
        ...(options.signal && { signal: options.signal }),
      });
    } catch (cause) {
      await process.kill();
      options.signal?.throwIfAborted();
      throw new McpServerStartError(launch.binary, session.#stderr.bytes().toString('utf8'), cause);
    }
    return session;
  }

  get threadId(): string | undefined {
    return this.#threadId;
  }

  get pid(): number | undefined {
    return this.#transport.exit ? undefined : this.#process.pid;
  }

  async run(prompt: string, options: RunTurnOptions = {}): Promise<TurnResult> {
    // Of two calls that run at a time on a thread, Codex answers one.
    if (this.#turn) throw new SessionBusyError(this.#threadId ?? 'unknown');
    if (this.#closed) throw new SessionClosedError(this.#threadId ?? 'unknown');
    if (options.outputSchema) throw new OutputSchemaUnsupportedError();
    this.#errorInfo = undefined;
    this.#usage.startTurn();
    const turn = new ActiveTurn(this.#threadId ?? '', options, { stop: () => void this.#stop(turn) });
    this.#turn = turn;
    if (this.#transport.exit) {
      turn.end('failed', {
        code: 'codex-session-lost',
        message: 'The codex mcp-server of this thread has ended, and its thread with it.',
      });
    } else {
      if (this.#threadId !== undefined) turn.emit({ type: 'thread.started', threadId: this.#threadId });
      void this.#call(turn, prompt);
    }
    const result = await turn.ended;
    this.#turn = undefined;
    return result;
  }

  async interrupt(): Promise<void> {
    this.#turn?.stop('aborted');
    await this.#turn?.ended;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.interrupt();
    await this.#client.close();
    await this.#process.kill();
    await endThreadCommands(this.#threadId);
    this.#onClose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #call(turn: ActiveTurn, prompt: string): Promise<void> {
    const { cwd, model, sandbox, approvalPolicy } = this.#options;
    const confined = threadSandbox(this.#home, sandbox);
    const config = { ...confined.config, projects: await untrustedProjects(cwd) };
    const call =
      this.#threadId === undefined
        ? // The model must be said in each first call: `-c model=` is ignored for sessions.
          {
            name: 'codex',
            arguments: {
              ...confined,
              prompt,
              cwd,
              'approval-policy': approvalPolicy,
              config,
              ...(model !== undefined && { model }),
            },
          }
        : { name: 'codex-reply', arguments: { threadId: this.#threadId, prompt } };
    const over = new AbortController();
    void turn.ended.then(() => {
      // After an abort the call is never answered; let the client forget it.
      over.abort();
    });
    try {
      const result = await this.#client.request({ method: 'tools/call', params: call }, resultSchema, {
        timeout: noTimeout,
        signal: over.signal,
      });
      const text = result.structuredContent?.content ?? result.content?.map((part) => part.text ?? '').join('') ?? '';
      if (result.isError === true) turn.end('failed', turnError(text, this.#errorInfo), turn.text);
      else turn.end('completed', undefined, text);
    } catch (error) {
      // When the process has died, what it said last may still be on its way to `onclose`.
      if (this.#process.alive)
        turn.end('failed', turnError(error instanceof Error ? error.message : String(error), this.#errorInfo));
      else await this.#crash(turn);
    }
  }

  async #serve(method: string, params: unknown): Promise<Record<string, unknown>> {
    const turn = this.#turn;
    const decision = turn ? await turn.decide(readElicitation(method, params, this.#threadId ?? '')) : 'deny';
    if (method !== 'elicitation/create') {
      if (decision === 'abort') turn?.stop('aborted');
      throw new Error(`${method} is not supported by this client.`);
    }
    return { ...elicitationReplies[decision] };
  }

  #event(params: unknown): void {
    const turn = this.#turn;
    turn?.touch();
    const event = readMcpServerEvent(params);
    if (!event || !turn) return;
    if (event.type === 'session_configured') this.#threadId = event.thread_id ?? event.session_id;
    if (event.type === 'error') this.#errorInfo = event.codex_error_info;
    if (event.type === 'turn_aborted') void this.#aborted(turn);
    if (this.#callAbandoned && event.type === 'error')
      turn.end('failed', turnError(event.message, event.codex_error_info));
    if (this.#callAbandoned && event.type === 'task_complete')
      turn.end('completed', undefined, event.last_agent_message ?? undefined);
    for (const one of eventsOf(event)) turn.emit(one);
    if (event.type === 'token_count' && event.info) {
      turn.emit({
        type: 'usage',
        usage: this.#usage.observe(event.info.total_token_usage, event.info.last_token_usage),
      });
    }
  }

  async #aborted(turn: ActiveTurn): Promise<void> {
    // The call is never answered now, and Codex may go on to give it the answers that belong to its successors.
    this.#callAbandoned = true;
    await endThreadCommands(this.#threadId);
    turn.end('interrupted');
  }

  async #crash(turn: ActiveTurn | undefined): Promise<void> {
    if (this.#stopping) return;
    const error = crashError(this.#transport.exit, this.#stderr.bytes().toString('utf8'));
    await endThreadCommands(this.#threadId);
    turn?.end('crashed', error);
  }

  /** Ends the process: a cancelled call is never answered, and nothing else ends the commands that it left behind. */
  async #stop(turn: ActiveTurn): Promise<void> {
    this.#stopping = true;
    await this.#process.kill();
    await endThreadCommands(this.#threadId);
    turn.end('interrupted');
  }
}
