import type { Briefing } from '@codex-orch/core';
import { describeApplied } from './assets.js';
import { lastPart, sections, untrusted, untrustedRule } from './untrusted.js';
import { describeLint, describeReview, describeSubtask, describeTests } from './work.js';

const rules = `You are the builder of a software team. Make the change below in this work tree, with the tests that show it works.
Change only what it asks for. Do not commit, push, or touch anything outside the work tree. End with a short summary of what you changed.
${untrustedRule}`;

/** What happened to the turn before this one. */
export type TurnStart =
  | 'fresh'
  /** The orchestrator died during this turn; the tree is as it was before it. */
  | 'tree-restored'
  /** Codex died during the last turn; its edits are still there. */
  | 'crashed';

const starts: Readonly<Record<TurnStart, string | undefined>> = {
  fresh: undefined,
  'tree-restored': 'An earlier try was cut off. The files are as they were before it: nothing that it did is left.',
  crashed: 'Your last turn was cut off. Look at the present state of the files, then finish the work.',
};

/** What the builder's Codex is told. */
export function builderPrompt(
  { goal, subtask, tests, review, problem, revision, applied }: Briefing,
  start: TurnStart,
): string {
  return sections(
    ['Rules', rules],
    ['Note', starts[start]],
    ['Goal', goal],
    ['Subtask', describeSubtask(subtask)],
    [
      'Attempt',
      revision > 0 ? `This is attempt ${revision + 1}. Mend what is listed below; keep what was right.` : undefined,
    ],
    ['What went wrong', problem && untrusted('problem', lastPart(problem, 6000))],
    ['What ready-made changes did before you', describeApplied(applied)],
    ['Tests', tests && !tests.passed ? describeTests(tests, 8000) : undefined],
    ['New findings of lint rules', revision > 0 ? describeLint(tests?.lint) : undefined],
    ['Review', describeReview(review)],
  );
}
