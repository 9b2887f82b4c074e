/**
 * How the lines of a text end.
 *
 * @param {string} source
 * @returns {{ readonly terminator: '\n' | '\r\n', readonly mixed: boolean }} the more frequent end, and whether the other occurs too
 */
export function lineEndsOf(source) {
  let lf = 0;
  let crlf = 0;
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) {
    if (source.charCodeAt(at - 1) === 13) crlf += 1;
    else lf += 1;
  }
  return { terminator: crlf > lf ? '\r\n' : '\n', mixed: crlf > 0 && lf > 0 };
}

/**
 * Gives the lines of a changed text that were there before the ends that they had; for a text with both kinds of ends.
 *
 * @param {string} source
 * @param {string} output
 * @returns {string}
 */
export function keepLineEnds(source, output) {
  const { terminator } = lineEndsOf(source);
  /** @type {Map<string, string[]>} */
  const ends = new Map();
  const before = linesOf(source);
  const after = linesOf(output);
  let start = 0;
  while (start < before.length && start < after.length && before[start]?.text === after[start]?.text) start += 1;
  let back = 0;
  const room = Math.min(before.length, after.length) - start;
  while (back < room && before.at(-1 - back)?.text === after.at(-1 - back)?.text) back += 1;
  for (const { text, end } of before.slice(start, before.length - back)) {
    const list = ends.get(text);
    if (list === undefined) ends.set(text, [end]);
    else list.push(end);
  }
  return after
    .map(({ text, end }, index) => {
      if (end === '') return text;
      const same =
        index < start ? before[index] : index >= after.length - back ? before.at(index - after.length) : undefined;
      return text + (same?.end || ends.get(text)?.shift() || terminator);
    })
    .join('');
}

/** @param {string} source */
function linesOf(source) {
  const lines = [];
  for (const match of source.matchAll(/([^\n]*?)(\r?\n|$)/g)) {
    if (match[0] !== '') lines.push({ text: match[1] ?? '', end: match[2] ?? '' });
  }
  return lines;
}
