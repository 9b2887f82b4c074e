import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { guiltySet } from './guilty-set.js';

it('finds a smallest red set, in order, with about a logarithm of tests for each member', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 24 }).chain((count) =>
        fc.record({
          count: fc.constant(count),
          // Each of these sets is red together; what contains one is red, too.
          causes: fc.array(fc.uniqueArray(fc.nat({ max: count - 1 }), { minLength: 1, maxLength: 3 }), {
            minLength: 1,
            maxLength: 3,
          }),
        }),
      ),
      async ({ count, causes }) => {
        let tests = 0;
        const red = (selection: readonly number[]): boolean =>
          causes.some((cause) => cause.every((item) => selection.includes(item)));
        const found = await guiltySet([...Array(count).keys()], (selection) => {
          tests += 1;
          return Promise.resolve(red(selection));
        });
        expect(red(found)).toBe(true);
        for (const item of found) expect(red(found.filter((other) => other !== item))).toBe(false);
        expect(found).toEqual([...found].sort((a, b) => a - b));
        expect(tests).toBeLessThanOrEqual(found.length * (Math.ceil(Math.log2(count)) + 1));
      },
    ),
  );
});
