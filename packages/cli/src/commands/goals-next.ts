import { type FleetGoal, type FleetRecord, hasEnded } from '@codex-orch/core/goals';
import type { Palette } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';

/** Ended otherwise than it was to, because of what happened to itself. */
export const isLost = (goal: FleetGoal): boolean =>
  hasEnded(goal) && goal.standing !== 'done' && goal.standing !== 'blocked';

/** How to begin anew what ended otherwise than done: a run that has ended is not gone on with. */
export function retryLines(
  { goals, over, file }: FleetRecord,
  { self, flags, palette: { dim } }: { readonly self: string; readonly flags: string; readonly palette: Palette },
): readonly string[] {
  const lost = goals.filter((goal) => hasEnded(goal) && goal.standing !== 'done');
  if (!over || lost.length === 0) return [];
  const budget = lost.some(({ standing }) => standing === 'exhausted') ? ', with more budget where it ran out' : '';
  const what = goals.some(({ standing }) => standing === 'done')
    ? `begins all of them again${budget}; to begin only some, name them in a file of their own`
    : `begins them again${budget}`;
  return [`  ${self} goals run ${shellWord(file)} --new${flags}   ${dim(`# ${what}`)}`];
}
