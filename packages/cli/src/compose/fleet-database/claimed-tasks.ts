import { OrchError } from '@codex-orch/core';
import type { DbosEngine } from '@codex-orch/engine-dbos';
import { keptTasks } from './kept-tasks.js';
import { lineOf, remoteGoalSchema, remoteGoalWorkflowName } from './remote-goal.js';
import { keptRunOf } from './run-snapshot.js';

/** The tasks in Codex Cloud that the other runs of a login are known to have made, on whichever machine. */
export async function claimedTasks(
  runId: string,
  engine: Pick<DbosEngine, 'submission' | 'submissions' | 'seenPointer'>,
): Promise<readonly string[]> {
  const own = await engine.submission(runId, remoteGoalWorkflowName);
  const goal = remoteGoalSchema.safeParse(own?.input).data;
  const queue = goal && lineOf(goal);
  if (queue === undefined) return [];
  const others = await engine.submissions({ workflow: remoteGoalWorkflowName, queue });
  const claimed: string[] = [];
  for (const { id } of others) if (id !== runId) claimed.push(...(await tasksOf(id, engine)));
  return claimed;
}

/** What cannot be read claims nothing: then a person is asked. */
async function tasksOf(runId: string, engine: Pick<DbosEngine, 'seenPointer'>): Promise<readonly string[]> {
  try {
    const kept = keptRunOf(runId, await engine.seenPointer(runId));
    const turns = keptTasks(runId, kept?.cloud)?.turns ?? [];
    return turns.flatMap(({ task }) => (task ? [task.id] : []));
  } catch (error) {
    if (!(error instanceof OrchError) || error.code !== 'snapshot-damaged') throw error;
    return [];
  }
}
