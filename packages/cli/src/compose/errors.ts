import { OrchError } from '@codex-orch/core';

/** A goal is a sentence or a page, not a data file. */
export class GoalTooLongError extends OrchError {
  readonly code = 'goal-too-long';

  constructor(bytes: number, limit: number) {
    super(`The goal has ${bytes} bytes; at most ${limit} are possible.`, {
      hint: 'Commit the long text as a file, and name the file in the goal.',
    });
  }
}

/** A goal must say something. */
export class GoalEmptyError extends OrchError {
  readonly code = 'goal-empty';

  constructor() {
    super('The goal is empty.', { hint: 'Say what is to be achieved: codex-orch run "<goal>".' });
  }
}
