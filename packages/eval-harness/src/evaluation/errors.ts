import { OrchError } from '@codex-orch/core';

/** An evaluation of this name was begun with other targets, assets or thresholds. */
export class EvaluationChangedError extends OrchError {
  readonly code = 'eval-changed';

  constructor(id: string, what: string) {
    super(`The evaluation ${id} was begun with other ${what}.`, {
      hint: 'Start a new one; what has not changed is taken from the cache.',
    });
  }
}

/** A file of an evaluation cannot be read. */
export class EvaluationUnreadableError extends OrchError {
  readonly code = 'eval-unreadable';

  constructor(file: string, detail: string, cause?: unknown) {
    super(`${file} is no result of an evaluation: ${detail}`, { cause });
  }
}

/** A name that would not be a folder of its own. */
export class EvaluationIdError extends OrchError {
  readonly code = 'eval-bad-id';

  constructor(id: string) {
    super(`${JSON.stringify(id)} is no name for an evaluation.`, {
      hint: 'Use letters, digits, "-", "_" and "."; not a "." first.',
    });
  }
}
