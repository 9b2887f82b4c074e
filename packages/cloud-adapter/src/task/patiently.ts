import { setTimeout as delay } from 'node:timers/promises';
import { CloudRateLimitedError, CloudUnavailableError } from '../cli/errors.js';
import { type Backoff, nextWait, pollBackoff } from './backoff.js';

export interface PatienceOptions {
  readonly backoff?: Backoff | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How often something is tried again that Codex Cloud refused for now. */
const retries = 8;

/** Does something that may be done again, until Codex Cloud is there for it. Throws what it throws in the end, or for other reasons. */
export async function patiently<T>(
  act: () => Promise<T>,
  { backoff = pollBackoff, signal }: PatienceOptions,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      const isPassing = error instanceof CloudRateLimitedError || error instanceof CloudUnavailableError;
      if (!isPassing || tries === retries) throw error;
      const asked = error instanceof CloudRateLimitedError ? (error.retryAfterMs ?? backoff.capMs) : undefined;
      await delay(nextWait(backoff, tries, Math.random(), asked), undefined, { signal });
    }
  }
}
