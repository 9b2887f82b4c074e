import { OrchError } from '@codex-orch/core';
import { type FileProblems, fileProblemLines } from '../document/file-problems.js';

/** A file is no scenario. All that is wrong with it is told at once. */
export class ScenarioFileError extends OrchError {
  readonly code = 'eval-scenario-invalid';

  constructor(file: string, problems: FileProblems, cause?: unknown) {
    super(`The scenario cannot be used.\n${fileProblemLines(file, problems)}`, {
      cause,
      hint: 'The JSON Schema of the file is `@codex-orch/eval-harness/schemas/scenario.json`.',
    });
  }
}
