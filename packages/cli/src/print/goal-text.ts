import { counted } from './counted.js';
import { visibleLine } from './visible.js';

const maxLines = 12;
const maxLine = 400;

/** What a goal is called where there is a line for it: its first line. */
export const goalTitle = (goal: string): string => visibleLine(goal.trimStart().split('\n', 1)[0] ?? '');

/** A goal as its author laid it out, to its first lines; what is left out is counted. */
export function goalLines(goal: string): readonly string[] {
  const lines = goal.trim().split('\n');
  const shown = lines.slice(0, maxLines).map((line) => {
    const left = line.length - maxLine;
    return left > 0 ? `${visibleLine(line.slice(0, maxLine))} … ${counted(left, 'more character')}` : visibleLine(line);
  });
  const left = lines.length - shown.length;
  return left > 0 ? [...shown, `… ${counted(left, 'more line')}; --json has all of it`] : shown;
}
