import type { Match } from './player.js';

/** One request and how it was answered. */
export interface ReplayExchange {
  /** Counted from 1 in the order of arrival. */
  readonly n: number;
  /** The scene that answered, in a script. */
  readonly scene?: string | undefined;
  /** The entry that answered or was written, in a recording. */
  readonly entry?: number | undefined;
  readonly match: Match;
  /** The HTTP status. */
  readonly status: number;
}

/** What a stand-in did so far. */
export interface ReplayReport {
  readonly mode: 'script' | 'replay' | 'record';
  readonly exchanges: readonly ReplayExchange[];
  readonly misses: number;
  readonly loose: number;
}
