import type { Briefing } from '../role/team.js';
import type { Workspace } from '../workspace/index.js';
import { currentSubtask, type GoalState } from './state.js';

/** What a role is told of a goal that stands like this. */
export function briefingOf(state: GoalState, goal: string, workspace: Workspace): Briefing {
  const { phase, plan, build, diff, tests, review, problem, offers, applied } = state;
  return {
    goal,
    cwd: workspace.tree,
    plan,
    subtask: currentSubtask(state),
    // While it is being decided who mends it, the last attempt already counts.
    revision: phase === 'deciding' ? state.revision + 1 : state.revision,
    threadId: build?.threadId === '' ? undefined : build?.threadId,
    tests: tests && tests.diffSha256 === diff?.sha256 ? tests : undefined,
    review,
    problem,
    offers,
    applied,
    readDiff: (maxBytes) => (diff ? workspace.readDiff(diff.tree, maxBytes) : Promise.resolve('')),
    listFiles: (maxBytes) => workspace.listFiles(maxBytes),
  };
}
