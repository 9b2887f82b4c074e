import type { FileDiff, Hunk, HunkLine } from './file-diff.js';

/** The text after the hunks; undefined where they do not fit the text before. */
export function applyHunks(before: string, { hunks }: Pick<FileDiff, 'hunks'>): string | undefined {
  const lines = linesOf(before);
  const out: string[] = [];
  let at = 0;
  for (const { oldStart, lines: changed } of hunks) {
    const isEmpty = changed.every(({ kind }) => kind === 'added');
    const from = isEmpty ? oldStart : oldStart - 1;
    if (from < at || from > lines.length) return undefined;
    out.push(...lines.slice(at, from));
    at = from;
    for (const line of changed) {
      if (line.kind !== 'added' && lines[at++] !== ended(line)) return undefined;
      if (line.kind !== 'removed') out.push(ended(line));
    }
  }
  return out.concat(lines.slice(at)).join('');
}

/** One side of a hunk: a piece of the file. */
export function sideOf({ lines }: Hunk, side: 'before' | 'after'): string {
  const other = side === 'before' ? 'added' : 'removed';
  return lines
    .filter(({ kind }) => kind !== other)
    .map(ended)
    .join('');
}

const ended = ({ text, isUnended }: HunkLine): string => (isUnended ? text : `${text}\n`);

function linesOf(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  return text === '' ? [] : lines;
}
