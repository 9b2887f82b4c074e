import type { Palette } from './palette.js';
import { visibleLine } from './visible.js';

export interface PrintDiffOptions {
  readonly palette: Palette;
  /** Lines shown before the rest is folded away. */
  readonly maxLines: number;
  /** Named where the diff is folded. */
  readonly path: string;
}

/** A diff as lines for a terminal: coloured by kind, folded when long. */
export function printDiff(diff: string, { palette, maxLines, path }: PrintDiffOptions): string {
  const lines = diff.replace(/\n$/, '').split('\n');
  const paint = (line: string): string => {
    const text = visibleLine(line);
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
  return [...shown, ...(hidden > 0 ? [palette.dim(`… ${hidden} more lines in ${path}`)] : [])].join('\n');
}
