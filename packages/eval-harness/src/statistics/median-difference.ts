import type { Interval } from './rates.js';
import { median } from './spread.js';

export interface MedianDifference {
  readonly pairs: number;
  /** The first median minus the second. */
  readonly difference: number;
  /** 95 % of what pairs drawn anew gave; null where the pairs are too few for that to mean anything. */
  readonly interval: Interval | null;
}

const draws = 2000;

/** With fewer, the draws are so much alike that their interval is far too narrow. */
const leastPairs = 5;

/**
 * The difference of the medians of pairs, such as the same repetition of two variants, with a percentile interval by the bootstrap:
 * whole pairs are drawn again and again. The same seed draws the same. Null where there are no pairs.
 *
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 */
export function medianDifference(
  pairs: readonly (readonly [first: number, second: number])[],
  seed: number,
): MedianDifference | null {
  if (pairs.length === 0) return null;
  const differenceOf = (some: typeof pairs): number =>
    median(some.map(([first]) => first)) - median(some.map(([, second]) => second));
  const difference = differenceOf(pairs);
  if (pairs.length < leastPairs) return { pairs: pairs.length, difference, interval: null };
  const random = generator(seed);
  const drawn = Array.from({ length: draws }, () =>
    differenceOf(pairs.map((pair) => pairs[Math.floor(random() * pairs.length)] ?? pair)),
  ).sort((a, b) => a - b);
  const at = (share: number): number => drawn[Math.round(share * (draws - 1))] ?? difference;
  return { pairs: pairs.length, difference, interval: { low: at(0.025), high: at(0.975) } };
}

/** Mulberry32: numbers from 0 to 1 that a seed determines. Not for secrets. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
