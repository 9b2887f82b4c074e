import path from 'node:path';
import { decodeTime, monotonicFactory } from 'ulid';
import { OrchError } from '../errors/orch-error.js';

/**
 * Ids of one process sort in the order they were made, also within a millisecond; and behind `after`, also when the clock was set
 * back since that was made.
 */
export const newRunId: (after?: string) => string = (() => {
  const next = monotonicFactory();
  return (after) => next(Math.max(Date.now(), after === undefined ? 0 : decodeTime(after) + 1));
})();

export const isRunId = (text: string): boolean => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);

const day = 24 * 3600 * 1000;

/** Whether an id can have been made by now; clocks may differ by a day. A later one would pass for the latest run for good. */
export const isTimely = (runId: string, now = Date.now()): boolean => decodeTime(runId) <= now + day;

/** No run, or more than one, goes by this name. */
export class UnknownRunError extends OrchError {
  readonly code = 'unknown-run';

  constructor(asked: string, root: string, candidates: readonly string[] = []) {
    // Where there are any, one is the latest.
    if (asked === 'latest')
      super(`There are no runs in ${path.dirname(root)} yet.`, { hint: 'Begin one: `codex-orch run "<goal>"`.' });
    else
      super(
        candidates.length > 1
          ? `"${asked}" is the start of ${candidates.length} runs: ${candidates.slice(0, 5).join(', ')}.`
          : `There is no run "${asked}" under ${root}.`,
        {
          hint: 'List the runs with `codex-orch runs list`; an id may be shortened while it stays unique, and "latest" names the newest.',
        },
      );
  }
}

/** A name that would not be a folder of its own. */
export class BadTaskIdError extends OrchError {
  readonly code = 'bad-task-id';

  constructor(taskId: string) {
    super(`"${taskId.slice(0, 100)}" is no task id.`, {
      hint: 'Use 1 to 80 letters, digits, dots, dashes and underscores, not starting with a dot.',
    });
  }
}
