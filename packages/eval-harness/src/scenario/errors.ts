import { OrchError } from '@codex-orch/core';

/** A file is no scenario. */
export class ScenarioFileError extends OrchError {
  readonly code = 'eval-scenario-invalid';

  constructor(file: string, problems: string, cause?: unknown) {
    super(`${file} is no scenario: ${problems}`, {
      cause,
      hint: 'The JSON Schema of the file is `@codex-orch/eval-harness/schemas/scenario.json`.',
    });
  }
}
