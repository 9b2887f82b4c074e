import { OrchError } from '@codex-orch/core';
import { type FileProblems, fileProblemLines } from '../document/file-problems.js';

/** One that a reader of the message can begin with. */
export const leastScenario =
  '{"schemaVersion": 1, "title": "All codemods", "targets": "all", "assets": {"kinds": ["codemod"]}}';

/** A file is no scenario. All that is wrong with it is told at once. */
export class ScenarioFileError extends OrchError {
  readonly code = 'eval-scenario-invalid';

  constructor(file: string, problems: FileProblems, cause?: unknown) {
    super(`The scenario cannot be used.\n${fileProblemLines(file, problems)}`, {
      cause,
      hint: `The least that a scenario has: ${leastScenario}`,
    });
  }
}
