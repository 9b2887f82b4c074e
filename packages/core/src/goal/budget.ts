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
  readonly #started = performance.now();
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #usage: Usage = noUsage;
  exceeded: Exceeded | undefined;

  constructor(state: GoalState, limits: Limits) {
    this.#before = state;
    const left = limits.minutes * 60_000 - state.usage.elapsedMs;
    this.#timer = setTimeout(this.#check, Math.min(Math.max(left, 0) + 1, 2 ** 31 - 1));
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

  readonly spent = (): Usage => ({ ...this.#usage, elapsedMs: Math.round(performance.now() - this.#started) });

  /** The context with this budget's limit on every step. */
  guard(ctx: StepCtx): StepCtx {
    const limit = this.#abort.signal;
    return {
      runId: ctx.runId,
      signal: AbortSignal.any([ctx.signal, limit]),
      step: (name, fn, options) =>
        ctx.step(name, (step) => fn({ ...step, signal: AbortSignal.any([step.signal, limit]) }), options),
    };
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
