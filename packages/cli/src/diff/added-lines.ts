import type { Line } from './lines.js';

/** A line that a diff adds, or a piece of one. */
export interface AddedLine extends Line {
  /** Its path in the repository, as it is after the change. */
  readonly file: string;
  /** Counted from 1, in the new file. */
  readonly line: number;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', v: '\v', f: '\f' };

/** The path in a header of git's, which quotes what is not plain. */
export function pathOfHeader(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (quoted === undefined) return text.replace(/\t$/, '').replace(/^[ab]\//, '');
  const bytes = quoted.replace(/\\([0-7]{3})|\\(.)/g, (_, octal: string | undefined, character: string | undefined) =>
    octal === undefined
      ? Buffer.from(escapes[character ?? ''] ?? character ?? '').toString('latin1')
      : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  // What is not escaped stands there as it is; the rest are bytes of UTF-8.
  const isPlain = Buffer.from(bytes, 'latin1').toString('latin1') === bytes;
  const name = isPlain ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
  return name.replace(/^[ab]\//, '');
}

/** What the lines of a git diff add. A line that only looks like a header is told from one by the counts of its hunk. */
export async function* addedLines(diff: Iterable<Line> | AsyncIterable<Line>): AsyncGenerator<AddedLine> {
  let file = '';
  let line = 0;
  let oldLeft = 0;
  let newLeft = 0;
  let added: number | undefined;
  for await (const { text, isRest } of diff) {
    if (isRest) {
      if (added !== undefined) yield { file, line: added, text, isRest };
      continue;
    }
    added = undefined;
    if (oldLeft > 0 || newLeft > 0) {
      const mark = text[0];
      if (mark === '+') {
        added = line;
        yield { file, line, text: text.slice(1), isRest };
      }
      if (mark === '\\') continue;
      if (mark !== '-') {
        line += 1;
        newLeft -= 1;
      }
      if (mark !== '+') oldLeft -= 1;
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(text);
    if (hunk) {
      oldLeft = Number(hunk[1] ?? 1);
      line = Number(hunk[2]);
      newLeft = Number(hunk[3] ?? 1);
    } else if (text.startsWith('+++ ')) file = pathOfHeader(text.slice(4));
  }
}
