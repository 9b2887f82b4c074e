import { setTimeout as delay } from 'node:timers/promises';
import { ModelCallError } from './errors.js';
import type { AskOptions, ModelSource, Question } from './model-source.js';

/** How often and how patiently a failed call is tried again. Times in milliseconds. */
export interface RetryPolicy {
  /** Calls in all; 5 by default. */
  readonly attempts?: number | undefined;
  /** Delay after the first failure, 500 by default; doubles each time. */
  readonly firstDelayMs?: number | undefined;
  /** Longest delay of our own making; 30 000 by default. */
  readonly maxDelayMs?: number | undefined;
  /** Longest wait that the provider may ask for before the call fails instead; 120 000 by default. */
  readonly maxRetryAfterMs?: number | undefined;
}

/** The delay before try `attempt + 1`, half of it random so that many runs do not return at once. */
export function retryDelay(attempt: number, policy: RetryPolicy, random: () => number = Math.random): number {
  const { firstDelayMs = 500, maxDelayMs = 30_000 } = policy;
  const full = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return full / 2 + (full / 2) * random();
}

/** Asks until there is an answer, a failure that another try cannot mend, or no try left. */
export async function askWithRetries(
  source: ModelSource,
  question: Question,
  options: Omit<AskOptions, 'attempt'>,
  policy: RetryPolicy = {},
): Promise<string> {
  const { attempts = 5, maxRetryAfterMs = 120_000 } = policy;
  for (let attempt = 1; ; attempt += 1) {
    options.signal.throwIfAborted();
    try {
      return await source.ask(question, { ...options, attempt });
    } catch (error) {
      if (!(error instanceof ModelCallError) || !error.retryable || attempt >= attempts) throw error;
      const asked = error.retryAfterMs ?? 0;
      if (asked > maxRetryAfterMs) throw error;
      await delay(Math.max(asked, retryDelay(attempt, policy)), undefined, { signal: options.signal });
    }
  }
}
