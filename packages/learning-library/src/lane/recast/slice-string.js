/** @typedef {(this: any, start?: any, end?: any, options?: any) => string} SliceString */

/**
 * Makes what cuts a text out of a file as recast does, and at once where all of it is on one line behind its indentation: so it is for nearly
 * every token, and recast reads all its options anew for each.
 *
 * @param {SliceString} own
 * @returns {SliceString}
 */
export function makeSliceString(own) {
  return function sliceString(start, end, options) {
    if (options === undefined && start !== undefined && end !== undefined && start.line === end.line) {
      const info = this.infos[start.line - 1];
      const { indent, sliceStart, sliceEnd } = info;
      const first = sliceStart + start.column - indent;
      const last = sliceStart + end.column - indent;
      // Some characters before a text are no indentation, and stay.
      const isPlain = indent > 0 || (indent === 0 && sliceStart === 0);
      if (isPlain && first >= sliceStart && first <= last && last <= sliceEnd) return info.line.slice(first, last);
    }
    return own.call(this, start, end, options);
  };
}
