import { OrchError } from '@codex-orch/core';
import { type FileProblems, fileProblemLines } from '../document/file-problems.js';

/** A file is no accepted baseline. */
export class BaselineFileError extends OrchError {
  readonly code = 'eval-baseline-invalid';

  constructor(file: string, problems: FileProblems, cause?: unknown) {
    super(`The accepted baseline cannot be used.\n${fileProblemLines(file, problems)}`, {
      cause,
      hint: '`codex-orch eval accept <evaluation>` writes it anew, from an evaluation that passed.',
    });
  }
}

/** An evaluation that nothing should be measured by. */
export class NotAcceptableError extends OrchError {
  readonly code = 'eval-not-acceptable';

  constructor(id: string, why: string, hint: string) {
    super(`The evaluation ${id} cannot be accepted: ${why}`, { hint });
  }
}
