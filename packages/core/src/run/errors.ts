import { OrchError } from '../errors/orch-error.js';

/** A run's events contradict the state machine: they were not written by it. */
export class RunCorruptError extends OrchError {
  readonly code = 'run-corrupt';
  override readonly interrupts = true;

  constructor(file: string, line: number, reason: string) {
    super(`${file}: line ${line} cannot have happened: ${reason}.`, {
      hint: 'Restore the run directory from a backup; `codex-orch runs verify` lists all that is wrong.',
    });
  }
}

/** Something on the way to a run directory is not a folder of the user's own. */
export class RunPlaceUnsafeError extends OrchError {
  readonly code = 'run-place-unsafe';

  constructor(place: string, why: string) {
    super(`${place} is no place for runs: ${why}.`, {
      hint: 'Runs are kept in plain folders that belong to you. Move it away if you did not make it yourself.',
    });
  }
}

/** Git tracks files of a run directory, so whoever wrote the repository may have written the run. */
export class RunTrackedError extends OrchError {
  readonly code = 'run-tracked';

  constructor(dir: string, file: string) {
    super(`The run in ${dir} came with the repository: git tracks ${JSON.stringify(file)}.`, {
      hint: 'Do not trust it. Remove it with `git rm -r -- .runs`; if it is your own, take it out of git with `git rm -r --cached -- .runs` and a commit.',
    });
  }
}

/** A run directory holds the record of another run. */
export class RunForeignError extends OrchError {
  readonly code = 'run-foreign';

  constructor(runId: string, why: string) {
    super(`The directory of run ${runId} holds something else: ${why}.`, {
      hint: 'It was copied or made by hand. Remove it, and start the goal again.',
    });
  }
}

/** A run was made in another place than the repository that it lies in. */
export class RunMovedError extends OrchError {
  readonly code = 'run-moved';

  constructor(runId: string, recorded: string, root: string) {
    super(`Run ${runId} was made in the repository at ${recorded}, but lies in ${root}.`, {
      hint: 'If you moved or copied the repository, move it back to go on with the run, or start the goal again here.',
    });
  }
}
