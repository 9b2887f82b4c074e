/** More than a line can have columns. */
const COLUMNS = 2 ** 26;

/** @typedef {{ line: number, column: number, token?: number }} Position */

/**
 * A position as one number, in the order of the text.
 *
 * @param {Position} position
 */
export const placeOf = ({ line, column }) => line * COLUMNS + column;

/** Where the tokens of a file are, side by side: recast goes through the tokens themselves, and for each node through those of its parent. */
export class TokenRanges {
  /** @param {Float64Array} starts @param {Float64Array} ends */
  constructor(starts, ends) {
    this.starts = starts;
    this.ends = ends;
  }

  /**
   * Undefined where tokens are not in the order of the text, so that they cannot be searched.
   *
   * @param {readonly any[]} tokens
   */
  static of(tokens) {
    const starts = new Float64Array(tokens.length);
    const ends = new Float64Array(tokens.length);
    let [lastStart, lastEnd] = [0, 0];
    for (let at = 0; at < tokens.length; at += 1) {
      const { start, end } = tokens[at].loc;
      if (!isPlace(start) || !isPlace(end)) return undefined;
      const [from, to] = [placeOf(start), placeOf(end)];
      if (from < lastStart || to < lastEnd) return undefined;
      starts[at] = from;
      ends[at] = to;
      [lastStart, lastEnd] = [from, to];
    }
    return new TokenRanges(starts, ends);
  }

  /**
   * The first token of what begins at a place, searched in `from` to `to`.
   *
   * @param {number} place
   * @param {number} from
   * @param {number} to
   */
  firstFrom(place, from, to) {
    const { starts } = this;
    let low = from;
    while (low > 0 && place < /** @type {number} */ (starts[low])) low -= 1;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (/** @type {number} */ (starts[middle]) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The token behind what ends at a place; not before `from`, searched from `to` on.
   *
   * @param {number} place
   * @param {number} from
   * @param {number} to
   */
  behind(place, from, to) {
    const { ends } = this;
    let high = to;
    let low = from;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (place < /** @type {number} */ (ends[middle - 1])) high = middle - 1;
      else low = middle;
    }
    return low;
  }

  /**
   * As far behind as there are tokens that end there.
   *
   * @param {number} place
   * @param {number} to
   */
  widened(place, to) {
    let end = to;
    while ((this.ends[end] ?? Number.POSITIVE_INFINITY) <= place) end += 1;
    return end;
  }
}

/** @param {Position} position */
const isPlace = ({ line, column }) =>
  Number.isInteger(line) && Number.isInteger(column) && line >= 0 && line < COLUMNS && column >= 0 && column < COLUMNS;
