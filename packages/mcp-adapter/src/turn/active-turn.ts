import type {
  ApprovalDecision,
  CodexApprovalRequest,
  CodexEvent,
  RunTurnOptions,
  TurnError,
  TurnResult,
} from '@codex-orch/core';
import { noUsage } from './usage-meter.js';

/** Why we ended a turn ourselves. */
export type StopReason = 'aborted' | 'idle';

/** The part of a turn that is the same for every driver: events, approvals, abort and the idle time-out. */
export class ActiveTurn {
  /** Resolves once, when the turn has ended. */
  readonly ended: Promise<TurnResult>;
  readonly #options: RunTurnOptions;
  readonly #stop: (reason: StopReason) => void;
  readonly #finished = new AbortController();
  #resolve!: (result: TurnResult) => void;
  #threadId: string;
  #text = '';
  #usage = noUsage;
  #idleTimer: NodeJS.Timeout | undefined;
  #pendingApprovals = 0;
  #stopReason: StopReason | undefined;

  /** `stop` is called at most once, to make Codex end the turn. */
  constructor(threadId: string, options: RunTurnOptions, stop: (reason: StopReason) => void) {
    this.#threadId = threadId;
    this.#options = options;
    this.#stop = stop;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#touch();
    if (options.signal?.aborted) queueMicrotask(this.#onAbort);
    else options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get stopReason(): StopReason | undefined {
    return this.#stopReason;
  }

  get done(): boolean {
    return this.#finished.signal.aborted;
  }

  get threadId(): string {
    return this.#threadId;
  }

  get text(): string {
    return this.#text;
  }

  /** Codex has said something, though nothing that is worth an event. */
  touch(): void {
    this.#touch();
  }

  emit(event: CodexEvent): void {
    if (this.done) return;
    this.#touch();
    if (event.type === 'message') this.#text = event.text;
    if (event.type === 'usage') this.#usage = event.usage;
    if (event.type === 'thread.started') this.#threadId = event.threadId;
    try {
      this.#options.onEvent?.(event);
    } catch {
      // A listener's fault must not end the turn of the agent it listens to.
    }
  }

  /** Asks the caller; the answer is `deny` when nobody answers and `abort` when the turn is stopped first. */
  async decide(request: CodexApprovalRequest): Promise<ApprovalDecision> {
    if (this.#stopReason || this.done) return 'abort';
    this.#pendingApprovals += 1;
    this.#touch();
    const asked = new AbortController();
    let withdrawn!: () => void;
    const stopped = new Promise<ApprovalDecision>((resolve) => {
      withdrawn = () => {
        resolve('abort');
      };
    });
    const caller = this.#options.signal ? [this.#options.signal] : [];
    const signal = AbortSignal.any([asked.signal, this.#finished.signal, ...caller]);
    signal.addEventListener('abort', withdrawn, { once: true });
    try {
      const decision = await Promise.race([Promise.resolve(this.#options.onApproval?.(request, signal)), stopped]);
      // A shape that this version does not know cannot be approved, whatever the caller says.
      if (request.kind === 'unknown' && decision === 'approve') return 'deny';
      return decision ?? 'deny';
    } catch {
      return 'deny';
    } finally {
      signal.removeEventListener('abort', withdrawn);
      asked.abort();
      this.#pendingApprovals -= 1;
      this.#touch();
    }
  }

  /** Stops the turn; the driver then waits for Codex to say that it ended. */
  stop(reason: StopReason): void {
    if (this.#stopReason || this.done) return;
    this.#stopReason = reason;
    this.#stop(reason);
  }

  /** Ends the turn as Codex ended it, or as we stopped it. */
  end(status: TurnResult['status'], error?: TurnError, text?: string): void {
    if (this.done) return;
    clearTimeout(this.#idleTimer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#finished.abort();
    const base = { threadId: this.#threadId, text: text ?? this.#text, usage: this.#usage };
    if (status !== 'crashed' && this.#stopReason === 'idle') {
      const message = `Codex said nothing for ${this.#options.idleTimeoutMs ?? 0} ms.`;
      this.#resolve({ ...base, status: 'failed', error: { code: 'codex-idle', message } });
    } else if (this.#stopReason === 'aborted' && status !== 'completed') {
      this.#resolve({ ...base, status: 'interrupted' });
    } else {
      this.#resolve({ ...base, status, ...(error && { error }) });
    }
  }

  readonly #onAbort = (): void => {
    this.stop('aborted');
  };

  #touch(): void {
    clearTimeout(this.#idleTimer);
    const { idleTimeoutMs } = this.#options;
    if (idleTimeoutMs === undefined || this.#pendingApprovals > 0 || this.done) return;
    this.#idleTimer = setTimeout(() => {
      this.stop('idle');
    }, idleTimeoutMs);
  }
}
