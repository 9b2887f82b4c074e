import { OrchError } from '../errors/orch-error.js';
import type { FleetGoal } from './fleet.js';

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

/** What goals may use together is used up. */
export class FleetBudgetError extends OrchError {
  readonly code = 'goals-budget-exhausted';

  constructor(spent: string) {
    super(spent, { hint: 'What is done is kept. Start the rest again with a larger --max-tokens or --max-minutes.' });
  }
}

/** A goal that waits for a human, as somebody is told about it. */
export interface WaitingGoal {
  readonly id: string;
  readonly runId: string;
  /** Requests of Codex; none when it is the diff that waits. */
  readonly asks: readonly string[];
  /** What interrupted its run, where that is what has to be mended. */
  readonly trouble: FleetGoal['trouble'];
}

/** No goal can go on before a human has answered, or mended what interrupted it. */
export class GoalsWaitingError extends OrchError {
  readonly code = 'goals-waiting';
  override readonly interrupts = true;
  readonly waiting: readonly WaitingGoal[];

  constructor(fleetId: string, waiting: readonly WaitingGoal[]) {
    const gates = waiting.filter(({ trouble }) => trouble === null).map(({ id, runId }) => `"${id}" (run ${runId})`);
    const troubles = waiting.flatMap(({ id, runId, trouble }) =>
      trouble === null ? [] : [` "${id}" (run ${runId}) was interrupted: ${trouble.message}`],
    );
    const waits = gates.length === 0 ? 'can go no further.' : `waits for a human to approve ${gates.join(', ')}.`;
    super(`${fleetId} ${waits}${troubles.join('')}`, {
      hint: `${gates.length === 0 ? 'Mend that' : 'Approve or reject them, today or in a week'}, then go on with \`codex-orch goals run --resume ${fleetId}\`.`,
    });
    this.waiting = waiting;
  }
}

/** What several goals did cannot be put together. */
export class BasesConflictError extends OrchError {
  readonly code = 'goal-bases-conflict';

  constructor(id: string, [one, other]: readonly [string, string], files: readonly string[]) {
    const more = files.length > 5 ? ` and ${files.length - 5} more` : '';
    super(
      `"${id}" depends on "${one}" and "${other}", which both changed ${files.slice(0, 5).join(', ')}${more} and do not go together.`,
      { hint: 'Integrate the two by hand, or have one depend on the other; then start this goal again.' },
    );
  }
}

/** No fleet, or more than one, goes by this name. */
export class UnknownFleetError extends OrchError {
  readonly code = 'unknown-goals';

  /** `where` they were looked for, where that is not this repository. */
  constructor(asked: string, candidates: readonly string[], where?: string) {
    // Where there are any, one is the latest.
    if (asked === 'latest')
      super(`No goals of a file were begun ${where ?? 'here'} yet.`, {
        hint: 'Write them into a file, as docs/goals.md shows. See what would be done with `codex-orch goals plan goals.yaml`, and begin with `codex-orch goals run goals.yaml`.',
      });
    else
      super(
        candidates.length > 1
          ? `"${asked}" fits ${candidates.length} of them: ${candidates.slice(0, 5).join(', ')}.`
          : `There are no goals "${asked}" ${where ?? 'of this repository'}.`,
        { hint: '`codex-orch goals list` names all; "latest" is the newest.' },
      );
  }
}
