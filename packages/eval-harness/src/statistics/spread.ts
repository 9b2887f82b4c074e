/** How some numbers lie. */
export interface Spread {
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Of a sample; null where one number alone says nothing of it. */
  readonly standardDeviation: number | null;
}

/** The number in the middle, or between the two there. Throws a `RangeError` where there is none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('no number has a median');
  return (low + high) / 2;
}

/** Null where there are no numbers. */
export function spreadOf(numbers: readonly number[]): Spread | null {
  const n = numbers.length;
  if (n === 0) return null;
  const mean = numbers.reduce((sum, number) => sum + number, 0) / n;
  const squares = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0);
  return {
    n,
    min: Math.min(...numbers),
    median: median(numbers),
    max: Math.max(...numbers),
    standardDeviation: n === 1 ? null : Math.sqrt(squares / (n - 1)),
  };
}
