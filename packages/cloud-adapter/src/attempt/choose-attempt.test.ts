import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseAttempt, type JudgedAttempt } from './choose-attempt.js';

const attempt: fc.Arbitrary<Omit<JudgedAttempt, 'number'>> = fc.record({
  diff: fc.option(fc.record({ file: fc.constant('f'), sha256: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat() })),
  applies: fc.boolean(),
  changedLines: fc.nat({ max: 3 }),
  tests: fc.constantFrom('passed' as const, 'failed' as const, 'not-run' as const),
  review: fc.constantFrom('accepted' as const, 'revise' as const, 'rejected' as const, 'not-run' as const),
  problem: fc.constant(null),
});
const attempts = fc
  .array(attempt, { maxLength: 4 })
  .map((drawn) => drawn.map((one, index): JudgedAttempt => ({ ...one, number: index + 1 })));

const usable = ({ diff, applies }: JudgedAttempt): boolean => diff !== null && applies;

it('takes one exactly when one can be applied, and says of every other why not', () => {
  fc.assert(
    fc.property(attempts, (given) => {
      const { chosen, attempts: judged } = chooseAttempt(given);
      expect(chosen !== null).toBe(given.some(usable));
      expect(judged.filter(({ lost }) => lost === null).map(({ number }) => number)).toEqual(
        chosen === null ? [] : [chosen],
      );
      expect(judged.map(({ lost: _lost, ...rest }) => rest)).toEqual(given);
    }),
  );
});

it('puts tests before review, review before size, and takes the earlier of equals', () => {
  const worth = ({ tests, review, changedLines, number }: JudgedAttempt): number =>
    ['passed', 'not-run', 'failed'].indexOf(tests) * 1000 +
    ['accepted', 'not-run', 'revise', 'rejected'].indexOf(review) * 100 +
    changedLines * 10 +
    number;
  fc.assert(
    fc.property(attempts, (given) => {
      const best = Math.min(...given.filter(usable).map(worth));
      const winner = given.find(({ number }) => number === chooseAttempt(given).chosen);
      expect(winner ? worth(winner) : Infinity).toBe(best);
    }),
  );
});

it('does not depend on the order in which attempts are given', () => {
  fc.assert(
    fc.property(attempts, (given) => {
      expect(chooseAttempt(given.toReversed()).chosen).toBe(chooseAttempt(given).chosen);
    }),
  );
});
