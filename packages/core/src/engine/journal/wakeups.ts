const MAX_TIMER_MS = 2 ** 31 - 1;

export interface UntilOptions {
  /** Gives up after this many milliseconds, of a clock that nobody can set. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** Lets work wait for something that becomes true when somebody says `wake`. */
export class Wakeups {
  readonly #waiting = new Set<() => void>();

  wake(): void {
    for (const check of this.#waiting) check();
  }

  /** Resolves with what `ready` gives as soon as it is something, or with undefined when the time is over; rejects on abort. */
  until<T>(ready: () => T | undefined, { timeoutMs, signal }: UntilOptions): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const deadline = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
      let timer: NodeJS.Timeout | undefined;
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        signal.removeEventListener('abort', aborted);
        settle();
      };
      const aborted = (): void => {
        finish(() => {
          reject(signal.reason as Error);
        });
      };
      const check = (): void => {
        const value = ready();
        const left = deadline === undefined ? undefined : deadline - performance.now();
        if (value !== undefined || (left !== undefined && left <= 0)) {
          finish(() => {
            resolve(value);
          });
        } else if (left !== undefined) {
          clearTimeout(timer);
          timer = setTimeout(check, Math.min(left, MAX_TIMER_MS));
        }
      };
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      signal.addEventListener('abort', aborted, { once: true });
      this.#waiting.add(check);
      check();
    });
  }
}
