import { OrchError } from '@codex-orch/core';
import { taskIdPattern } from '../cli/task-id.js';
import type { CloudTurn } from './record.js';
import { type CloudStore, saveTurn } from './store.js';

/** There is no submission that a person could decide about, or what was said of it cannot be. */
export class CloudNothingUnclearError extends OrchError {
  readonly code = 'cloud-nothing-unclear';

  constructor(reason: string) {
    super(`Nothing was changed: ${reason}.`, { hint: 'Look at the tasks with "codex cloud list".' });
  }
}

/**
 * Settles, by the word of a person, which task a submission made that was cut off: this one, or none (null), so that it is made again.
 *
 * Throws {@link CloudNothingUnclearError}.
 */
export async function resolveSubmission(store: CloudStore, taskId: string | null): Promise<CloudTurn> {
  const { turns } = await store.load();
  const turn = turns.find(({ outcome, task }) => outcome === null && task === null);
  if (!turn) throw new CloudNothingUnclearError('no submission of this run was cut off');
  if (taskId === null) return saveTurn(store, { ...turn, evidence: [] });
  if (!taskIdPattern.test(taskId))
    throw new CloudNothingUnclearError(`${JSON.stringify(taskId)} is not the id of a task`);
  const others = turns.find(({ task }) => task?.id === taskId);
  if (others) throw new CloudNothingUnclearError(`task ${taskId} is that of an earlier turn`);
  return saveTurn(store, { ...turn, task: { id: taskId, url: null, submittedAt: turn.intendedAt } });
}
