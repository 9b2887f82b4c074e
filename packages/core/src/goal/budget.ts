import type { TokenUsage } from '../codex/driver.js';
import type { StepCtx } from '../engine/engine.js';
import { OrchError } from '../errors/orch-error.js';
import { addUsage, type Limits, noUsage, type Usage } from './events.js';
import { exhaustedLimit } from './machine.js';
import type { GoalState } from './state.js';

/** A limit of the goal is used up. */
class BudgetExhaustedError extends OrchError {
  readonly code = 'budget-exhausted';

  constructor(message: string) {
    super(message, { hint: 'Raise the limit and start the goal again, or make the goal smaller.' });
  }
}

type Exceeded = NonNullable<ReturnType<typeof exhaustedLimit>>;

/** Watches what one handoff spends and aborts it when the goal's limits are used up. */
export class Budget implements Disposable {
  readonly #before: GoalState;
  readonly #limitMs: number;
  readonly #started = performance.now();
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #usage: Usage = noUsage;
  /** How many waits for people are under way, since when, and how long earlier ones took. */
  #waits = 0;
  #waitsSince = 0;
  #waited = 0;
  #isOver = false;
  exceeded: Exceeded | undefined;

  constructor(state: GoalState, limits: Limits) {
    this.#before = state;
    this.#limitMs = limits.minutes * 60_000 - state.usage.elapsedMs;
    this.#arm();
  }

  #arm(): void {
    const left = this.#limitMs - this.#elapsed();
    this.#timer = setTimeout(this.#check, Math.min(Math.max(left, 0) + 1, 2 ** 31 - 1));
  }

  #elapsed(): number {
    const now = performance.now();
    const waiting = this.#waits > 0 ? now - this.#waitsSince : 0;
    return Math.round(now - this.#started - this.#waited - waiting);
  }

  /** The time in which people think costs nothing. */
  async #unpaid<T>(work: Promise<T>): Promise<T> {
    this.#waits += 1;
    if (this.#waits === 1) {
      this.#waitsSince = performance.now();
      clearTimeout(this.#timer);
    }
    try {
      return await work;
    } finally {
      this.#waits -= 1;
      if (this.#waits === 0 && !this.#isOver) {
        this.#waited += performance.now() - this.#waitsSince;
        this.#arm();
      }
    }
  }

  readonly spend = (_role: string, usage: TokenUsage): void => {
    this.#usage = addUsage(this.#usage, { ...usage, turns: 1, elapsedMs: 0 });
    this.#check();
  };

  readonly #check = (): void => {
    this.exceeded ??= exhaustedLimit({ ...this.#before, usage: addUsage(this.#before.usage, this.spent()) });
    // The result of the call that used up the budget is still recorded; only what would follow is stopped.
    if (this.exceeded) this.#abort.abort(new BudgetExhaustedError(this.exceeded.message));
  };

  readonly spent = (): Usage => ({ ...this.#usage, elapsedMs: this.#elapsed() });

  /** The context with this budget's limit on every step. */
  guard(ctx: StepCtx): StepCtx {
    const limit = this.#abort.signal;
    return {
      runId: ctx.runId,
      signal: AbortSignal.any([ctx.signal, limit]),
      step: (name, fn, options) =>
        ctx.step(
          name,
          (step) =>
            fn({
              ...step,
              signal: AbortSignal.any([step.signal, limit]),
              observe: (signalName, accept, how) => this.#unpaid(step.observe(signalName, accept, how)),
            }),
          options,
        ),
    };
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}
