import { setTimeout as delay } from 'node:timers/promises';
import type { CloudCli } from '../cli/cloud-cli.js';
import {
  CloudOutputUnknownError,
  CloudRateLimitedError,
  CloudTaskGoneError,
  CloudUnavailableError,
} from '../cli/errors.js';
import type { CloudTaskState } from '../cli/task-status.js';
import { type Backoff, nextWait, pollBackoff } from './backoff.js';
import { CloudTaskFailedError, CloudTimeLimitError } from './errors.js';

export interface PollOptions {
  readonly cli: Pick<CloudCli, 'status'>;
  /** When the task was submitted, in milliseconds since the epoch: its time limit counts from then, across restarts. */
  readonly submittedAt: number;
  /** In milliseconds. */
  readonly timeLimitMs: number;
  readonly backoff?: Backoff | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each change. */
  readonly onState?: ((state: CloudTaskState | 'rate-limited' | 'unavailable') => void) | undefined;
  readonly now?: (() => number) | undefined;
  readonly random?: (() => number) | undefined;
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** How often in a row each may be met: a task that was just made is not known everywhere at once, and networks have moments. */
const patience = { gone: 3, unknown: 3, unavailable: 20 } as const;

function momentOf(error: unknown): keyof typeof patience | undefined {
  if (error instanceof CloudTaskGoneError) return 'gone';
  if (error instanceof CloudOutputUnknownError) return 'unknown';
  return error instanceof CloudUnavailableError ? 'unavailable' : undefined;
}

/**
 * Waits until a task is ready. Given the id it goes on after any restart.
 *
 * Throws {@link CloudTaskFailedError}, {@link CloudTimeLimitError}, {@link CloudTaskGoneError}, `CloudUnavailableError` once it has
 * lasted, and `CloudOutputUnknownError` too, and at once `CloudLoginError`.
 */
export async function pollTask(taskId: string, options: PollOptions): Promise<void> {
  const { cli, submittedAt, timeLimitMs, backoff = pollBackoff, signal, onState } = options;
  const { now = Date.now, random = Math.random, sleep = pause } = options;
  let met = { gone: 0, unknown: 0, unavailable: 0 };
  let told: string | undefined;
  for (let looks = 0; ; looks += 1) {
    signal?.throwIfAborted();
    let retryAfterMs: number | undefined;
    let state: CloudTaskState | 'rate-limited' | 'unavailable';
    try {
      state = await cli.status(taskId, { signal });
      met = { gone: 0, unknown: 0, unavailable: 0 };
    } catch (error) {
      if (error instanceof CloudRateLimitedError) {
        state = 'rate-limited';
        // Without a word on how long, as long as it is ever waited.
        retryAfterMs = error.retryAfterMs ?? backoff.capMs;
      } else {
        const moment = momentOf(error);
        if (moment === undefined) throw error;
        met[moment] += 1;
        if (met[moment] >= patience[moment]) throw error;
        state = 'unavailable';
      }
    }
    if (state !== told) onState?.(state);
    told = state;
    if (state === 'ready' || state === 'applied') return;
    if (state === 'error') throw new CloudTaskFailedError(taskId);
    const left = submittedAt + timeLimitMs - now();
    if (left <= 0) throw new CloudTimeLimitError(taskId, timeLimitMs);
    await sleep(Math.min(nextWait(backoff, looks, random(), retryAfterMs), left), signal);
  }
}

const pause = (ms: number, signal?: AbortSignal): Promise<void> => delay(ms, undefined, { signal });
