import { OrchError } from '@codex-orch/core';
import { type FileProblems, fileProblemLines } from '../document/file-problems.js';

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

  constructor(file: string, problems: FileProblems, cause?: unknown) {
    super(`This is no result of an evaluation, or not of this version.\n${fileProblemLines(file, problems)}`, {
      cause,
      hint: 'Name the `evaluation.json` or `goals.json` of an evaluation, or its id; it can be made again with this version.',
    });
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
