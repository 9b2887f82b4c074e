import { OrchError } from '@codex-orch/core';

/** Flags that do not go together, or a value that cannot be. */
export class BadFlagsError extends OrchError {
  readonly code = 'bad-flags';

  constructor(message: string, hint?: string) {
    super(message, { hint });
  }
}

/** The run is not in a state in which this can be done. */
export class RunStateError extends OrchError {
  readonly code = 'run-state';

  constructor(runId: string, state: string, wanted: string, hint: string) {
    super(`Run ${runId} is "${state}", not ${wanted}.`, { hint });
  }
}

/** A run directory without a single event. */
export class RunEmptyError extends OrchError {
  readonly code = 'run-empty';

  constructor(runId: string) {
    super(`Run ${runId} has recorded nothing yet.`, {
      hint: 'It was interrupted before it began. Start the goal again.',
    });
  }
}
