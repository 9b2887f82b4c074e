import { noTokens, type TokenUsage } from '@codex-orch/core';

export const subtractUsage = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  inputTokens: a.inputTokens - b.inputTokens,
  cachedInputTokens: a.cachedInputTokens - b.cachedInputTokens,
  outputTokens: a.outputTokens - b.outputTokens,
  totalTokens: a.totalTokens - b.totalTokens,
});

/**
 * Tells what a turn used from the running totals of its thread.
 *
 * Codex repeats a total after a resume and sometimes within a turn, so adding up single reports would count twice.
 */
export class UsageMeter {
  #total: TokenUsage | undefined;
  #base: TokenUsage | undefined;

  startTurn(): void {
    this.#base = this.#total;
  }

  /** Takes a total that was reached before the present turn; Codex may tell it only after the turn has begun. */
  observePast(total: TokenUsage): void {
    if (this.#total && this.#total.totalTokens > total.totalTokens) return;
    this.#total = total;
    this.#base = total;
  }

  /** Takes the thread's total and what its last request used; returns the present turn's share. */
  observe(total: TokenUsage, last: TokenUsage): TokenUsage {
    // The first report of a thread whose past is unknown: all but the last request was before this turn.
    this.#base ??= subtractUsage(total, last);
    this.#total = total;
    return this.turn;
  }

  get turn(): TokenUsage {
    return this.#total && this.#base ? subtractUsage(this.#total, this.#base) : noTokens;
  }
}
