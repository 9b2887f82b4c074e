import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryDelay } from './ask-with-retries.js';

test('delays double up to their limit, and half of each is left to chance', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 60_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, firstDelayMs, maxDelayMs, random) => {
        const delay = retryDelay(attempt, { firstDelayMs, maxDelayMs }, () => random);
        const full = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(full);
      },
    ),
  );
});
