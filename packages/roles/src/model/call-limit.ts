import { ModelTimeoutError } from './errors.js';

export interface CallLimits {
  /** Longest time for one whole call, in milliseconds; 600 000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Longest silence within a call, in milliseconds; 240 000 by default. */
  readonly idleTimeoutMs?: number | undefined;
}

/** The clock of one call: its signal fires when the caller aborts, when the call takes too long, and when it falls silent. */
export class CallLimit implements Disposable {
  readonly signal: AbortSignal;
  /** Set once a limit was passed. */
  expired: ModelTimeoutError | undefined;
  readonly #controller = new AbortController();
  readonly #total: NodeJS.Timeout;
  readonly #silence: NodeJS.Timeout | undefined;

  /** Without `idleTimeoutMs` silence is allowed. */
  constructor(model: string, caller: AbortSignal, { timeoutMs = 600_000, idleTimeoutMs }: CallLimits) {
    this.signal = AbortSignal.any([caller, this.#controller.signal]);
    const expire = (limit: 'silence' | 'total', ms: number) => () => {
      this.expired ??= new ModelTimeoutError({ model, limit, ms });
      this.#controller.abort(this.expired);
    };
    this.#total = setTimeout(expire('total', timeoutMs), timeoutMs);
    this.#silence =
      idleTimeoutMs === undefined ? undefined : setTimeout(expire('silence', idleTimeoutMs), idleTimeoutMs);
  }

  /** Something was heard. */
  heard(): void {
    if (!this.expired) this.#silence?.refresh();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#total);
    clearTimeout(this.#silence);
  }
}
