import type {
  CodexSession,
  OpenSessionOptions,
  ProcessExit,
  RunTurnOptions,
  TurnError,
  TurnResult,
} from '@codex-orch/core';
import type { CodexHome } from '../home/codex-home.js';
import {
  ActiveTurn,
  crashError,
  endThreadCommands,
  SessionBusyError,
  SessionClosedError,
  turnError,
  UsageMeter,
} from '../turn/index.js';
import { decisionWords, readApproval } from './approval.js';
import type { AppServerConnection, ThreadListener } from './connection.js';
import { ThreadOpenError } from './errors.js';
import { eventsOf } from './events.js';
import { AppServerGoneError, RequestRefusal } from './json-rpc-peer.js';
import { leftOverTurn, type LeftOverTurn } from './left-over-turn.js';
import {
  type AppServerItem,
  type AppServerNotification,
  readNotification,
  threadStartedSchema,
  turnStartedSchema,
} from './protocol.js';
import { threadParams, turnParams } from './thread-params.js';

type FileChangeItem = Extract<AppServerItem, { type: 'fileChange' }>;

// How long Codex may take to confirm an interruption before the turn is given up.
const interruptGraceMs = 5000;

/** How many servers are tried when one after the other dies while a thread is opened. */
const attachTries = 3;

/** What a session tells its driver. */
export interface SessionListener {
  readonly closed: () => void;
  /** The first approval begins to wait, or none waits any more. */
  readonly waiting?: ((isWaiting: boolean) => void) | undefined;
  /** A turn is left to the next client. Without it, no turn is. */
  readonly left?: (() => void) | undefined;
}

/** One thread of an app-server. It follows its driver to a new process when the old one died. */
export class AppServerSession implements CodexSession, ThreadListener {
  readonly #connect: () => Promise<AppServerConnection>;
  readonly #options: OpenSessionOptions;
  readonly #listener: SessionListener;
  readonly #home: CodexHome;
  readonly #usage = new UsageMeter();
  readonly #fileChanges = new Map<string, FileChangeItem>();
  #connection: AppServerConnection | undefined;
  #threadId: string | undefined;
  #turn: ActiveTurn | undefined;
  #turnId: string | undefined;
  #begun = false;
  #leftOver: LeftOverTurn | undefined;
  /** A turn of this session waits for the next client. */
  #left = false;
  #closed = false;

  /** `connect` gives the driver's present connection. Nothing happens before {@link attach}. */
  constructor(
    connect: () => Promise<AppServerConnection>,
    options: OpenSessionOptions,
    listener: SessionListener,
    home: CodexHome,
  ) {
    this.#home = home;
    this.#connect = connect;
    this.#options = options;
    this.#listener = listener;
    this.#threadId = options.threadId;
  }

  get threadId(): string | undefined {
    return this.#threadId;
  }

  /**
   * Starts or resumes the thread on the driver's present connection, unless that is done. A server that dies meanwhile says nothing
   * about the thread: the next one is asked. Throws {@link ThreadOpenError}.
   */
  async attach(): Promise<AppServerConnection> {
    if (this.#connection && !this.#connection.lost) return this.#connection;
    for (let tries = 1; ; tries += 1) {
      const connection = await this.#connect();
      const known = this.#threadId;
      try {
        await this.#openThread(connection, known);
        this.#connection = connection;
        return connection;
      } catch (cause) {
        if (known !== undefined) connection.forget(known, this);
        if (!(cause instanceof AppServerGoneError) || tries >= attachTries) throw new ThreadOpenError(known, cause);
        this.#options.signal?.throwIfAborted();
      }
    }
  }

  async #openThread(connection: AppServerConnection, threadId: string | undefined): Promise<void> {
    const params = await threadParams(this.#options, this.#home);
    // A resumed thread may speak before the answer is here.
    if (threadId !== undefined) connection.listen(threadId, this);
    await (threadId === undefined
      ? connection.peer.request('thread/start', params, (result) => {
          const { thread } = threadStartedSchema.parse(result);
          this.#threadId = thread.id;
          connection.listen(thread.id, this);
        })
      : connection.peer.request('thread/resume', { threadId, ...params }, (result) => {
          this.#joinThread(result);
        }));
  }

  async run(prompt: string, options: RunTurnOptions = {}): Promise<TurnResult> {
    this.#assertFree();
    if (this.#leftOver) {
      // Codex would take the prompt as an addition to the turn that still runs.
      const old = this.rejoin();
      await this.interrupt();
      await old;
    }
    const turn = this.#begin(options);
    turn.emit({ type: 'thread.started', threadId: turn.threadId });
    this.#turnId = undefined;
    this.#begun = false;
    this.#usage.startTurn();
    try {
      const { peer } = await this.attach();
      if (turn.stopReason) {
        turn.end('interrupted');
      } else {
        const params = { threadId: this.#threadId, ...turnParams(prompt, this.#options, options, this.#home) };
        await peer.request('turn/start', params, (result) => {
          this.#turnId = turnStartedSchema.parse(result).turn.id;
        });
      }
    } catch (error) {
      if (!(error instanceof AppServerGoneError))
        turn.end('failed', turnError(error instanceof Error ? error.message : String(error)));
      // The loss of a connection that was established is reported by it, with the reason.
      else if (this.#connection === undefined) turn.end('crashed', crashError(undefined, ''));
    }
    return this.#finish(turn);
  }

  /**
   * Takes over the turn that an earlier client of this app-server left running, with the approval it may be waiting for.
   * Undefined when the thread was idle. {@link run} interrupts such a turn instead.
   */
  rejoin(options: RunTurnOptions = {}): Promise<TurnResult> | undefined {
    this.#assertFree();
    const leftOver = this.#leftOver;
    if (!leftOver) return undefined;
    this.#leftOver = undefined;
    this.#turnId = leftOver.turnId;
    this.#begun = true;
    const turn = this.#begin(options);
    leftOver.take(turn);
    return this.#finish(turn);
  }

  async interrupt(): Promise<void> {
    this.#turn?.stop('aborted');
    await this.#turn?.ended;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.interrupt();
    this.#listener.closed();
    const connection = this.#connection;
    if (!connection || connection.lost || this.#threadId === undefined) return;
    // A turn that waits for the next client must not notice that this one goes.
    if (this.#left) {
      connection.forget(this.#threadId, this);
      return;
    }
    // A turn that this client only joined goes on for the next one.
    if (!this.#leftOver) await this.#cleanTerminals();
    await connection.peer
      .request('thread/unsubscribe', { threadId: this.#threadId }, () => undefined)
      .catch(() => undefined);
    connection.forget(this.#threadId, this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  notification(method: string, params: unknown): void {
    const notification = readNotification(method, params);
    if (!notification) {
      this.#turn?.touch();
      return;
    }
    this.#remember(notification);
    const turn = this.#turn;
    if (!turn || this.#isOfAnotherTurn(notification)) return;
    if (notification.method === 'turn/started') {
      this.#turnId ??= notification.params.turn.id;
      this.#begun = true;
      if (turn.stopReason) void this.#sendInterrupt();
    }
    if (notification.method === 'turn/completed') {
      const { status, error } = notification.params.turn;
      void this.#settle(turn, status, error);
      return;
    }
    turn.touch();
    for (const event of eventsOf(notification)) turn.emit(event);
    if (notification.method === 'thread/tokenUsage/updated') turn.emit({ type: 'usage', usage: this.#usage.turn });
  }

  async request(method: string, params: unknown): Promise<unknown> {
    const turn = this.#turn ?? (await this.#leftOver?.taken);
    const request = readApproval(method, params, this.#threadId ?? '', this.#fileChanges);
    this.#turnId ??= request.turnId;
    const decision = turn ? await turn.decide(request) : 'deny';
    if (method.endsWith('/requestApproval') && method !== 'item/permissions/requestApproval')
      return { decision: decisionWords[decision] };
    // What such a request wants for an answer is not known; to Codex, an error is a refusal.
    if (decision === 'abort') turn?.stop('aborted');
    throw new RequestRefusal(-32601, `Refused: ${method} is not supported by this client.`);
  }

  connectionLost(exit: ProcessExit | undefined, stderr: string): void {
    this.#leftOver?.take(undefined);
    this.#leftOver = undefined;
    void this.#crash(crashError(exit, stderr));
  }

  #assertFree(): void {
    if (this.#closed) throw new SessionClosedError(this.#threadId ?? 'unknown');
    if (this.#turn) throw new SessionBusyError(this.#threadId ?? 'unknown');
  }

  #begin(options: RunTurnOptions): ActiveTurn {
    const { left, waiting } = this.#listener;
    const turn = new ActiveTurn(this.#threadId ?? '', options, {
      stop: () => {
        this.#interruptTurn(turn);
      },
      waiting,
      leave:
        left &&
        (() => {
          this.#left = true;
          left();
        }),
    });
    this.#turn = turn;
    return turn;
  }

  async #finish(turn: ActiveTurn): Promise<TurnResult> {
    const result = await turn.ended;
    this.#turn = undefined;
    this.#fileChanges.clear();
    return result;
  }

  #joinThread(result: unknown): void {
    const { thread } = threadStartedSchema.parse(result);
    const running = thread.turns?.find(({ status }) => status === 'inProgress');
    if (thread.status?.type !== 'active') return;
    this.#leftOver = leftOverTurn(running?.id);
    for (const item of running?.items ?? []) if (item.type === 'fileChange') this.#fileChanges.set(item.id, item);
  }

  #remember({ method, params }: AppServerNotification): void {
    if (method === 'item/started' && params.item.type === 'fileChange')
      this.#fileChanges.set(params.item.id, params.item);
    if (method === 'thread/tokenUsage/updated') {
      const { total, last } = params.tokenUsage;
      if (params.turnId === this.#turnId) this.#usage.observe(total, last);
      else this.#usage.observePast(total);
    }
  }

  // The end of a turn that was given up must not be taken for the end of its successor.
  #isOfAnotherTurn({ method, params }: AppServerNotification): boolean {
    if (method === 'warning') return false;
    const id = 'turn' in params ? params.turn.id : params.turnId;
    return this.#turnId === undefined ? method !== 'turn/started' : id !== this.#turnId;
  }

  #interruptTurn(turn: ActiveTurn): void {
    const timer = setTimeout(() => void this.#settle(turn, 'interrupted'), interruptGraceMs);
    void turn.ended.then(() => {
      clearTimeout(timer);
    });
    // Codex refuses to interrupt a turn that it accepted but has not begun; `turn/started` sends this then.
    if (this.#begun) void this.#sendInterrupt();
  }

  async #sendInterrupt(): Promise<void> {
    const params = { threadId: this.#threadId, turnId: this.#turnId };
    // It fails when the turn has just ended, and then its end is on its way.
    await this.#connection?.peer.request('turn/interrupt', params, () => undefined).catch(() => undefined);
  }

  async #settle(
    turn: ActiveTurn,
    status: string,
    error?: { message: string; codexErrorInfo?: unknown } | null,
  ): Promise<void> {
    if (status === 'completed') {
      turn.end('completed');
      return;
    }
    // Children that were started in the background outlive an interrupted turn.
    if (status === 'interrupted' || turn.stopReason) await this.#cleanTerminals();
    if (status === 'interrupted') turn.end('interrupted');
    else turn.end('failed', turnError(error?.message ?? `The turn ended as "${status}".`, error?.codexErrorInfo));
  }

  async #cleanTerminals(): Promise<void> {
    const params = { threadId: this.#threadId };
    await this.#connection?.peer
      .request('thread/backgroundTerminals/clean', params, () => undefined)
      .catch(() => undefined);
    await endThreadCommands(this.#threadId);
  }

  async #crash(error: TurnError): Promise<void> {
    const turn = this.#turn;
    await endThreadCommands(this.#threadId);
    turn?.end('crashed', error);
  }
}
