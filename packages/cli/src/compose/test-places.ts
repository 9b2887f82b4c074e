import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';

/**
 * How many lanes test at the same time: with more than the machine has processors none is done sooner, and all hold their memory
 * meanwhile. Never one alone, as tests also wait.
 */
const places = pLimit(Math.max(2, availableParallelism()));

/** Does work that keeps the machine busy as soon as a place is free, first come, first served; rejects when it is aborted before that. */
export async function inTestPlace<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  let gaveUp: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    gaveUp = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', gaveUp, { once: true });
  });
  const begun: { work?: Promise<T> } = {};
  const done = places(() => {
    signal.throwIfAborted();
    return (begun.work = work());
  });
  try {
    signal.throwIfAborted();
    // What has begun is waited for: it holds the work tree until it has ended.
    return await Promise.race([done, aborted.catch((error: unknown) => begun.work ?? Promise.reject(error as Error))]);
  } finally {
    if (gaveUp) signal.removeEventListener('abort', gaveUp);
    done.catch(() => undefined);
  }
}
