import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianDifference, passAtK, rateDifference, repetitionsNeeded, spreadOf, wilson } from './index.js';

describe('pass@k', () => {
  /** The share of all choices of k out of n attempts that hold one of the first c, which passed. */
  const counted = (n: number, c: number, k: number): number => {
    let [all, good] = [0, 0];
    for (let chosen = 0; chosen < 1 << n; chosen += 1) {
      if (chosen.toString(2).replaceAll('0', '').length !== k) continue;
      all += 1;
      if ((chosen & ((1 << c) - 1)) !== 0) good += 1;
    }
    return good / all;
  };

  it('is the share of all choices of k attempts in which one passed', () => {
    for (let n = 1; n <= 9; n += 1)
      for (let c = 0; c <= n; c += 1)
        for (let k = 1; k <= n; k += 1) expect(passAtK(n, c, k)).toBeCloseTo(counted(n, c, k), 12);
  });

  it('is not known of more attempts than were made', () => {
    expect(passAtK(3, 3, 4)).toBeNull();
  });

  it('can be told of many attempts', () => {
    expect(passAtK(10_000, 1, 5000)).toBeCloseTo(0.5, 9);
  });
});

describe('the interval of a rate', () => {
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is the published one', (passed, n, low, high) => {
    expect(wilson(passed, n).low).toBeCloseTo(low, 4);
    expect(wilson(passed, n).high).toBeCloseTo(high, 4);
  });

  it('holds the rate, and lies between 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (a, b) => {
        const [passed, n] = [Math.min(a, b), Math.max(a, b, 1)];
        const { low, high } = wilson(passed, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(passed / n);
        expect(high).toBeGreaterThanOrEqual(passed / n);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is everything where nothing was tried', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('the difference of two rates', () => {
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [10, 10, 0, 10, 0.6075, 1],
  ])('of %i in %i and %i in %i is the published one', (a, m, b, n, low, high) => {
    const found = rateDifference({ passed: a, n: m }, { passed: b, n });
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
  });

  it('cannot be told from one attempt of each, however they went, and from two it can', () => {
    expect(rateDifference({ passed: 1, n: 1 }, { passed: 0, n: 1 }).low).toBeLessThan(0);
    expect(rateDifference({ passed: 2, n: 2 }, { passed: 0, n: 2 }).low).toBeGreaterThan(0);
    expect(repetitionsNeeded({ passed: 1, n: 1 }, { passed: 0, n: 1 })).toBe(2);
  });

  it('needs more attempts the smaller it is, and none would do where there is none', () => {
    const half = { passed: 5, n: 10 };
    const wide = repetitionsNeeded({ passed: 9, n: 10 }, half) ?? 0;
    const narrow = repetitionsNeeded({ passed: 6, n: 10 }, half) ?? 0;
    expect(wide).toBeGreaterThan(10);
    expect(narrow).toBeGreaterThan(wide);
    expect(repetitionsNeeded(half, half)).toBeNull();
  });
});

describe('the spread of numbers', () => {
  it('is that of a sample', () => {
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
      n: 8,
      min: 2,
      median: 4.5,
      max: 9,
      standardDeviation: Math.sqrt(32 / 7),
    });
    expect(spreadOf([3])).toMatchObject({ median: 3, standardDeviation: null });
    expect(spreadOf([])).toBeNull();
  });
});

describe('the difference of two medians', () => {
  const pairs = [10, 12, 11, 13, 10, 12, 14, 11].map((n, i) => [n + 5 + (i % 2), n] as const);

  it('has an interval that holds it, and that the seed determines', () => {
    const found = medianDifference(pairs, 7);
    expect(found?.difference).toBe(6);
    expect(found?.interval?.low).toBeGreaterThan(0);
    expect(found?.interval?.low).toBeLessThanOrEqual(6);
    expect(found?.interval?.high).toBeGreaterThanOrEqual(6);
    expect(medianDifference(pairs, 7)).toEqual(found);
  });

  it('turns round when the two do', () => {
    const turned = medianDifference(
      pairs.map(([first, second]) => [second, first] as const),
      7,
    );
    expect(turned?.difference).toBe(-6);
    expect(turned?.interval?.high).toBeLessThan(0);
  });

  it('has no interval of few pairs, and is none of no pair', () => {
    expect(medianDifference(pairs.slice(0, 4), 7)).toMatchObject({ pairs: 4, interval: null });
    expect(medianDifference([], 7)).toBeNull();
  });
});
