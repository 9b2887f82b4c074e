const longestTimerMs = 2 ** 31 - 1;

/** How long `Wakeups.until` waits, and in which turn it looks. */
export interface UntilOptions {
  /** Gives up after this many milliseconds, of a clock that nobody can set. */
  readonly timeoutMs?: number | undefined;
  /** Lower ones look first. */
  readonly rank?: number | undefined;
  readonly signal: AbortSignal;
}

/** Lets work wait for something that becomes true when somebody says `wake`. */
export class Wakeups {
  readonly #waiting = new Map<() => void, number>();

  /** Whether nobody waits. */
  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  /** Looks again, in order of rank. */
  wake(): void {
    for (const [check] of [...this.#waiting].sort(([, a], [, b]) => a - b)) check();
  }

  /** Resolves with what `ready` gives as soon as it is something, or with undefined when the time is over; rejects on abort. */
  until<T>(ready: () => T | undefined, { timeoutMs, rank = 0, signal }: UntilOptions): Promise<T | undefined> {
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
          timer = setTimeout(check, Math.min(left, longestTimerMs));
        }
      };
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      signal.addEventListener('abort', aborted, { once: true });
      this.#waiting.set(check, rank);
      check();
    });
  }
}
