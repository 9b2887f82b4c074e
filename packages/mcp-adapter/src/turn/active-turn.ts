import {
  type ApprovalDecision,
  type CodexApprovalRequest,
  type CodexEvent,
  noTokens,
  type RunTurnOptions,
  type TurnError,
  type TurnResult,
} from '@codex-orch/core';

/** How long whoever decides may take to say how a turn that is given up ends. */
const lastWordMs = 1000;

export interface TurnControl {
  /** Called at most once, to make Codex end the turn. */
  readonly stop: (reason: StopReason) => void;
  /** Called when this client goes and the turn waits for the next one; without it, the turn is stopped instead. */
  readonly leave?: (() => void) | undefined;
  /** Told when the first approval begins to wait, and when none waits any more. */
  readonly waiting?: ((isWaiting: boolean) => void) | undefined;
}

/** Why we ended a turn ourselves. */
export type StopReason = 'aborted' | 'idle';

/** The part of a turn that is the same for every driver: events, approvals, abort and the idle time-out. */
export class ActiveTurn {
  /** Resolves once, when the turn has ended. */
  readonly ended: Promise<TurnResult>;
  readonly #options: RunTurnOptions;
  readonly #control: TurnControl;
  readonly #finished = new AbortController();
  #resolve!: (result: TurnResult) => void;
  #threadId: string;
  #text = '';
  #usage = noTokens;
  #idleTimer: NodeJS.Timeout | undefined;
  #pendingApprovals = 0;
  #stopReason: StopReason | undefined;

  constructor(threadId: string, options: RunTurnOptions, control: TurnControl) {
    this.#threadId = threadId;
    this.#options = options;
    this.#control = control;
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

  /**
   * Asks the caller; the answer is `deny` when nobody answers and `abort` when the turn is stopped first. Never resolves for a request
   * that is left to the next client.
   */
  async decide(request: CodexApprovalRequest): Promise<Exclude<ApprovalDecision, 'leave'>> {
    if (this.#stopReason || this.done) return 'abort';
    this.#changePending(1);
    const decision = await this.#ask(request);
    if (decision === 'leave' && this.#leave()) return new Promise(() => undefined);
    this.#changePending(-1);
    if (decision === 'leave' || this.#options.signal?.aborted) {
      this.stop('aborted');
      return 'abort';
    }
    // A shape that this version does not know cannot be approved, whatever the caller says.
    return request.kind === 'unknown' && decision === 'approve' ? 'deny' : decision;
  }

  #leave(): boolean {
    if (this.#stopReason || this.done || !this.#control.leave) return false;
    this.#control.leave();
    this.end('interrupted');
    return true;
  }

  async #ask(request: CodexApprovalRequest): Promise<ApprovalDecision> {
    const over = new AbortController();
    const { signal: caller } = this.#options;
    const given = AbortSignal.any([this.#finished.signal, over.signal, ...(caller ? [caller] : [])]);
    try {
      return await Promise.race([
        Promise.resolve(this.#options.onApproval?.(request, given)).then((decision) => decision ?? 'deny'),
        abortAfter(this.#finished.signal, 0, over.signal),
        ...(caller ? [abortAfter(caller, lastWordMs, over.signal)] : []),
      ]);
    } catch {
      return 'deny';
    } finally {
      over.abort();
    }
  }

  #changePending(by: number): void {
    const before = this.#pendingApprovals;
    this.#pendingApprovals += by;
    if (before === 0 || this.#pendingApprovals === 0) this.#control.waiting?.(this.#pendingApprovals > 0);
    this.#touch();
  }

  /** Stops the turn; the driver then waits for Codex to say that it ended. */
  stop(reason: StopReason): void {
    if (this.#stopReason || this.done) return;
    this.#stopReason = reason;
    this.#control.stop(reason);
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
    // Whoever decides may leave the turn to the next client; the decision that is awaited ends it.
    if (this.#pendingApprovals === 0) this.stop('aborted');
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

/** Resolves to `abort` some time after `signal` has fired, so that whoever was asked can say otherwise. */
function abortAfter(signal: AbortSignal, ms: number, over: AbortSignal): Promise<'abort'> {
  return new Promise((resolve) => {
    const onAbort = (): void => {
      const timer = setTimeout(resolve, ms, 'abort');
      over.addEventListener('abort', () => {
        clearTimeout(timer);
      });
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true, signal: over });
  });
}
