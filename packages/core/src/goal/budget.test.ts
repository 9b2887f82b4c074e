import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { StepContext, StepCtx } from '../engine/engine.js';
import type { Json } from '../engine/json.js';
import { Budget } from './budget.js';
import { noUsage } from './events.js';
import { initialState } from './machine.js';
import type { GoalState } from './state.js';

const minute = 60_000;
const limits = { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 };
const after = (elapsedMs: number): GoalState => ({
  ...initialState,
  created: { limits } as GoalState['created'],
  usage: { ...noUsage, elapsedMs },
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
});

/** A context whose steps are done at once, and look for a signal that comes when `arrive` is called. */
function context() {
  let arrive: (payload: Json) => void = () => undefined;
  const arrived = new Promise<Json>((resolve) => {
    arrive = resolve;
  });
  const { signal } = new AbortController();
  const step = { signal, observe: () => arrived } as unknown as StepContext;
  const ctx = { runId: 'R', signal, step: (_name: string, fn: (step: StepContext) => unknown) => fn(step) };
  return { ctx: ctx as unknown as StepCtx, arrive };
}

it('stops the work when what is left of the time is over', () => {
  using budget = new Budget(after(9 * minute), limits);
  const { signal } = budget.guard(context().ctx);
  vi.advanceTimersByTime(minute - 1000);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(budget.exceeded).toMatchObject({ limit: 'minutes' });
  expect(signal.reason).toMatchObject({ code: 'budget-exhausted' });
});

it('counts no time in which people think, and all that comes after it', async () => {
  using budget = new Budget(after(0), limits);
  const { ctx, arrive } = context();
  const guarded = budget.guard(ctx);
  vi.advanceTimersByTime(minute);
  const [first, second] = [1, 2].map(() => guarded.step('ask', ({ observe }) => observe('answer', () => true)));
  vi.advanceTimersByTime(30 * minute);
  arrive('yes');
  expect(await Promise.all([first, second])).toEqual(['yes', 'yes']);
  expect(budget.spent().elapsedMs).toBe(minute);
  vi.advanceTimersByTime(9 * minute - 1000);
  expect(budget.exceeded).toBeUndefined();
  vi.advanceTimersByTime(2000);
  expect(guarded.signal.aborted).toBe(true);
});

it('adds what is spent to what was spent before', () => {
  using budget = new Budget({ ...after(0), usage: { ...noUsage, totalTokens: 900 } }, limits);
  const tokens = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, reasoningOutputTokens: 0 };
  budget.spend('builder', { ...tokens, totalTokens: 99 });
  expect(budget.exceeded).toBeUndefined();
  budget.spend('builder', { ...tokens, totalTokens: 1 });
  expect(budget.exceeded).toMatchObject({ limit: 'tokens' });
  expect(budget.spent()).toMatchObject({ totalTokens: 100, turns: 2 });
});
