import type { LimitFunction } from 'p-limit';

/** Does work when its turn in a queue comes; rejects when it is aborted before that. */
export async function inTurn<T>(queue: LimitFunction, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  let gaveUp: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    gaveUp = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', gaveUp, { once: true });
  });
  const begun: { work?: Promise<T> } = {};
  const done = queue(() => {
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
