export interface Backoff {
  /** Upper end of the first wait, in milliseconds. */
  readonly baseMs: number;
  /** No wait is longer, in milliseconds, but for one that is asked for. */
  readonly capMs: number;
}

/** A task takes minutes: looking more often than this tells nobody anything sooner. */
export const pollBackoff: Backoff = { baseMs: 5_000, capMs: 60_000 };

/**
 * The wait before look number `looks` (from 0), in milliseconds: anything up to a limit that doubles, so that many who began at once
 * do not ask at once. A wait that was asked for is never cut short.
 */
export function nextWait({ baseMs, capMs }: Backoff, looks: number, random: number, retryAfterMs?: number): number {
  const limit = Math.min(capMs, baseMs * 2 ** Math.min(looks, 30));
  return (retryAfterMs ?? 0) + Math.round(limit * random);
}
