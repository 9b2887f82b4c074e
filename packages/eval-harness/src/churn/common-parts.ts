/** Places, in both of two sequences, of what they have in common. */
export type Match = readonly [old: number, now: number];

/**
 * A longest common subsequence, by Myers' algorithm; undefined where more edits than these lie between the two.
 *
 * E. W. Myers, An O(ND) Difference Algorithm and Its Variations, Algorithmica 1, 1986.
 */
export function commonParts(
  old: readonly string[],
  now: readonly string[],
  mostEdits: number,
): readonly Match[] | undefined {
  const most = Math.min(old.length + now.length, mostEdits);
  // How far each diagonal has come, with one to spare at both ends.
  const reached = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(reached.slice(middle - edits - 1, middle + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = next((k) => reached[middle + k] ?? 0, diagonal, edits);
      let y = x - diagonal;
      while (x < old.length && y < now.length && old[x] === now[y]) {
        x += 1;
        y += 1;
      }
      reached[middle + diagonal] = x;
      if (x >= old.length && y >= now.length) return walkBack(trace, old.length, now.length);
    }
  }
  return undefined;
}

type Reached = (diagonal: number) => number;

const comesFromAbove = (at: Reached, diagonal: number, edits: number): boolean =>
  diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));

const next = (at: Reached, diagonal: number, edits: number): number =>
  comesFromAbove(at, diagonal, edits) ? at(diagonal + 1) : at(diagonal - 1) + 1;

function walkBack(trace: readonly Int32Array[], oldLength: number, nowLength: number): readonly Match[] {
  const matches: Match[] = [];
  let [x, y] = [oldLength, nowLength];
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const at: Reached = (k) => trace[edits]?.[k + edits + 1] ?? 0;
    const diagonal = x - y;
    const from = comesFromAbove(at, diagonal, edits) ? diagonal + 1 : diagonal - 1;
    const start = edits === 0 ? 0 : at(from);
    const end = edits === 0 ? 0 : start - from;
    while (x > start && y > end) {
      x -= 1;
      y -= 1;
      matches.push([x, y]);
    }
    [x, y] = [start, end];
  }
  return matches.reverse();
}
