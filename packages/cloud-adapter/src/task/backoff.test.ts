import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextWait } from './backoff.js';

const backoff = { baseMs: 100, capMs: 5_000 };
const random = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

it('never waits longer than the cap, and doubles up to it', () => {
  fc.assert(
    fc.property(fc.nat({ max: 5000 }), random, (looks, chance) => {
      const wait = nextWait(backoff, looks, chance);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(Math.min(backoff.capMs, 100 * 2 ** looks));
    }),
  );
  expect([0, 1, 2, 9].map((looks) => nextWait(backoff, looks, 1))).toEqual([100, 200, 400, 5_000]);
});

it('never waits for less than what was asked for, and spreads what comes after it', () => {
  fc.assert(
    fc.property(fc.nat({ max: 50 }), random, fc.nat({ max: 1e6 }), (looks, chance, asked) => {
      expect(nextWait(backoff, looks, chance, asked)).toBeGreaterThanOrEqual(asked);
    }),
  );
  expect(nextWait(backoff, 3, 0.1, 1000)).not.toBe(nextWait(backoff, 3, 0.9, 1000));
});
