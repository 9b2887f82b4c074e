import { isTerminal, readRun } from '@codex-orch/core';
import { type FleetRecord, hasEnded } from '@codex-orch/core/goals';
import { runLayout } from '../noted-runs.js';

/** How runs of parked goals ended since, by the goal's id: nobody was there to note it. */
export async function answeredSince(env: NodeJS.ProcessEnv, record: FleetRecord): Promise<ReadonlyMap<string, string>> {
  const layout = runLayout(env, record.repository);
  const ended = new Map<string, string>();
  for (const { id, standing, task, runId } of record.goals) {
    if (standing !== 'parked') continue;
    // What is wrong with a run is told by whoever acts on it.
    const run = await readRun(layout.place(task ?? 'adhoc', runId)).catch(() => undefined);
    if (run && isTerminal(run.state.phase)) ended.set(id, run.state.phase);
  }
  return ended;
}

/** Whether all goals have come to an end, though nobody may have noted it of the last ones. */
export const nothingIsLeft = ({ over, goals }: FleetRecord, answered: ReadonlyMap<string, string>): boolean =>
  over || goals.every((goal) => hasEnded(goal) || answered.has(goal.id));
