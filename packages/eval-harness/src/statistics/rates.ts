export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, for 95 % of it in the middle. */
const z = 1.959963984540054;

/**
 * The 95 % interval of a rate of which `passed` of `n` were seen, by Wilson's score: unlike the usual one it holds for few attempts
 * and for rates of 0 and 1. All is possible where nothing was tried.
 *
 * Source: Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), method 3.
 */
export function wilson(passed: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const rate = passed / n;
  const whole = 1 + z ** 2 / n;
  const middle = (rate + z ** 2 / (2 * n)) / whole;
  const half = (z / whole) * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2));
  // Rounding must not put a rate outside of its own interval.
  return { low: passed === 0 ? 0 : middle - half, high: passed === n ? 1 : middle + half };
}

/** What was seen of a rate. */
interface Seen {
  readonly passed: number;
  readonly n: number;
}

/**
 * The 95 % interval of the first rate minus the second, of attempts that do not depend on each other.
 *
 * Source: Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 17 (1998), method 10.
 */
export function rateDifference(first: Seen, second: Seen): Interval & { readonly difference: number } {
  const [one, two] = [wilson(first.passed, first.n), wilson(second.passed, second.n)];
  const [rateOne, rateTwo] = [rateOf(first), rateOf(second)];
  const difference = rateOne - rateTwo;
  return {
    difference,
    low: difference - Math.hypot(rateOne - one.low, two.high - rateTwo),
    high: difference + Math.hypot(one.high - rateOne, rateTwo - two.low),
  };
}

/** More than this nobody repeats. */
const maxRepetitions = 10_000;

/**
 * How many repetitions of each would tell these two rates from each other, if they were seen again; null where the rates are the same,
 * or nearly so.
 */
export function repetitionsNeeded(first: Seen, second: Seen): number | null {
  const [one, two] = [rateOf(first), rateOf(second)];
  const tells = (n: number): boolean => {
    const { low, high } = rateDifference({ passed: one * n, n }, { passed: two * n, n });
    return low > 0 || high < 0;
  };
  if (first.n === 0 || second.n === 0 || !tells(maxRepetitions)) return null;
  // The interval only gets narrower.
  let [below, enough] = [0, maxRepetitions];
  while (enough - below > 1) {
    const middle = Math.floor((below + enough) / 2);
    if (tells(middle)) enough = middle;
    else below = middle;
  }
  return enough;
}

const rateOf = ({ passed, n }: Seen): number => (n === 0 ? 0 : passed / n);
