import { RunForeignError, RunMovedError } from './errors.js';
import type { RunRecord } from './read-run.js';

/**
 * Makes sure that a run is the one its folder is named for, of the repository it lies in. Needed before anything is done with
 * it; looking at it is always possible.
 *
 * Throws {@link RunForeignError} and {@link RunMovedError}.
 */
export function assertBelongs({ runId, taskId, state: { created } }: RunRecord, repositoryRoot: string): void {
  if (created?.runId !== runId)
    throw new RunForeignError(runId, `the record of run ${created?.runId ?? 'without an id'}`);
  if (created.taskId !== taskId)
    throw new RunForeignError(runId, `the record of a run of task "${created.taskId}", not "${taskId}"`);
  if (created.repository !== repositoryRoot) throw new RunMovedError(runId, created.repository, repositoryRoot);
}
