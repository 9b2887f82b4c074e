import { OrchError } from '../errors/orch-error.js';

/** One thing that is wrong in a goals file. */
export interface GoalsProblem {
  /** From 1; absent where the problem is not about one place. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
}

/** A goals file cannot be used. Every problem that was found is told at once. */
export class GoalsFileError extends OrchError {
  readonly code = 'goals-file-invalid';
  readonly problems: readonly GoalsProblem[];

  constructor(file: string, problems: readonly GoalsProblem[]) {
    const told = problems.map(({ line, column, message }) =>
      line === undefined ? `${file}: ${message}` : `${file}:${line}:${column ?? 1}: ${message}`,
    );
    super(`The goals file cannot be used.\n${told.join('\n')}`, {
      hint: 'The JSON Schema of the file is `@codex-orch/core/schemas/goals.json`.',
    });
    this.problems = problems;
  }
}
