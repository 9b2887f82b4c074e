import { OrchError } from '@codex-orch/core';
import { type FileProblems, fileProblemLines } from '../document/file-problems.js';

/** One that a reader of the message can begin with. */
export const leastGoalScenario =
  '{"schemaVersion": 1, "title": "A new option", "target": "cborg", "goal": "Add …", "variants": [{"name": "as-is"}], "hidden": {"files": "hidden", "tests": [{"command": ["node", "--test", "hidden.js"], "reporter": {"kind": "tap"}}], "ids": ["a new test"]}}';

/** A file is no scenario of a goal. All that is wrong with it is told at once. */
export class GoalScenarioFileError extends OrchError {
  readonly code = 'eval-goal-scenario-invalid';

  constructor(file: string, problems: FileProblems, cause?: unknown) {
    super(`The scenario of a goal cannot be used.\n${fileProblemLines(file, problems)}`, {
      cause,
      hint: `The least that one has, with a folder of hidden tests beside it: ${leastGoalScenario}`,
    });
  }
}

/** No variant of a scenario has the name. */
export class UnknownVariantError extends OrchError {
  readonly code = 'eval-variant-unknown';

  constructor(name: string, known: readonly string[]) {
    super(`The scenario has no variant "${name}".`, { hint: `It has ${known.join(', ')}.` });
  }
}

/** A variant has no cassette, and nobody asked for a live model. */
export class VariantNeedsModelError extends OrchError {
  readonly code = 'eval-variant-needs-model';

  constructor(name: string) {
    super(`The variant "${name}" names no cassette, so only a live model can answer in it.`, {
      hint: 'Allow it with --live, which spends tokens of your provider, or choose other variants.',
    });
  }
}

/** Tests that pass before any work prove nothing about it. */
export class HiddenTestsToothlessError extends OrchError {
  readonly code = 'eval-hidden-tests-toothless';

  constructor(target: string, total: number) {
    super(`All ${total} hidden tests pass on ${target} before any work is done, so they judge none.`, {
      hint: 'Write hidden tests that fail until the goal is reached.',
    });
  }
}

/** A goal could not even begin, which says nothing about how it is worked on. */
export class GoalBlockedError extends OrchError {
  readonly code = 'eval-goal-blocked';

  constructor(variant: string, end: { readonly code: string; readonly message: string } | null) {
    super(
      `The goal could not begin in the variant "${variant}": ${end ? `${end.message} [${end.code}]` : 'it did not say why.'}`,
      {
        hint: 'Mend that, and go on with the evaluation: what is finished is kept.',
      },
    );
  }
}
