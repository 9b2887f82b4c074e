import type { Briefing } from '@codex-orch/core';
import { lastPart, sections, untrusted, untrustedRule } from './untrusted.js';
import { describePlan, describeReview, describeSubtask, describeTests } from './work.js';

export const managerInstructions = `You are the manager of a software team. Choose who works next; you do no work yourself.
Take exactly one of the handoffs that you are offered, with a reason of one sentence. Only those are possible now.
Prefer the smallest step that brings the goal nearer. Escalate only when the team cannot get further by itself.
${untrustedRule}`;

/** What the manager sees when there is a choice. */
export function managerPrompt({ goal, plan, subtask, revision, tests, review, problem }: Briefing): string {
  return sections(
    ['Goal', goal],
    ['Plan', describePlan(plan)],
    ['Subtask in work', describeSubtask(subtask)],
    ['Earlier attempts at it', revision > 0 ? String(revision) : undefined],
    ['What went wrong last', problem && untrusted('problem', lastPart(problem, 4000))],
    ['Tests', describeTests(tests, 2000)],
    ['Review', describeReview(review)],
  );
}
