import type { Briefing } from '@codex-orch/core';
import { describeApplied, describeOffers } from './assets.js';
import { readmeHead } from './readme-head.js';
import { lastPart, sections, untrusted, untrustedRule } from './untrusted.js';
import { describePlan } from './work.js';

export const plannerInstructions = `You are the planner of a software team. Split the goal into subtasks, in the order in which they are to be done.
Each subtask is one change that can be built, tested and reviewed by itself; prefer few. Most goals need one.
\`instructions\` must be complete: whoever works on it sees the goal and that subtask, not the rest of the plan.
\`id\`: lower-case letters, digits and dashes. \`paths\`: the files that you expect to change; empty when you cannot tell.
Plan only what the goal asks for. Do not plan running tests, reviews or commits: the team does these anyway.
${untrustedRule}`;

/** What the planner sees. */
export async function plannerPrompt({
  goal,
  cwd,
  plan,
  problem,
  listFiles,
  offers,
  applied,
}: Briefing): Promise<string> {
  const [files, readme] = await Promise.all([listFiles(24_000), readmeHead(cwd, 4000)]);
  return sections(
    ['Goal', goal],
    ['The plan that did not work', describePlan(plan)],
    ['Why it did not work', problem && untrusted('problem', lastPart(problem, 6000))],
    ['Assets that were applied already', describeApplied(applied)],
    ['Assets', describeOffers(offers)],
    ['Tracked files', untrusted('files', files)],
    ['Beginning of the README', readme && untrusted('readme', readme)],
  );
}
