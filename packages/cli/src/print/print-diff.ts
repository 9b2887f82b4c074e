import { counted } from './counted.js';
import type { Palette } from './palette.js';
import { visibleLine } from './visible.js';

export interface PrintDiffOptions {
  readonly palette: Palette;
  /** Lines shown before the rest is folded away. */
  readonly maxLines: number;
  /** Named where the diff is folded. */
  readonly path: string;
  /** How much of the diff was not even read. */
  readonly unreadBytes?: number | undefined;
}

/** Longer lines are of no use to a reader. */
const maxLineCharacters = 500;

function cutLine(line: string): string {
  if (line.length <= maxLineCharacters) return line;
  return `${line.slice(0, maxLineCharacters)} … (cut, ${counted(line.length - maxLineCharacters, 'more character')})`;
}

/** A diff as lines for a terminal: coloured by kind, folded when long. */
export function printDiff(diff: string, { palette, maxLines, path, unreadBytes = 0 }: PrintDiffOptions): string {
  const lines = diff.replace(/\n$/, '').split('\n');
  const paint = (line: string): string => {
    const text = visibleLine(cutLine(line));
    if (line.startsWith('diff --git')) return palette.bold(text);
    if (
      line.startsWith('+++') ||
      line.startsWith('---') ||
      /^(index|new file|deleted file|similarity|rename|old mode|new mode)/.test(line)
    )
      return palette.dim(text);
    if (line.startsWith('@@')) return palette.cyan(text);
    if (line.startsWith('+')) return palette.green(text);
    if (line.startsWith('-')) return palette.red(text);
    return text;
  };
  const shown = lines.slice(0, maxLines).map(paint);
  const hidden = lines.length - shown.length;
  const unread = unreadBytes > 0 ? counted(unreadBytes, 'byte') : '';
  const rest = [hidden > 0 ? counted(hidden, 'more line') : '', unread].filter(Boolean).join(' and ');
  return [...shown, ...(rest === '' ? [] : [palette.dim(`… ${rest} in ${path}`)])].join('\n');
}
