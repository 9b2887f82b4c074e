import { OrchError } from '../errors/orch-error.js';

/** A run's events contradict the state machine: they were not written by it. */
export class RunCorruptError extends OrchError {
  readonly code = 'run-corrupt';

  constructor(file: string, line: number, reason: string) {
    super(`${file}: line ${line} cannot have happened: ${reason}.`, {
      hint: 'Restore the run directory from a backup; `codex-orch runs verify` lists all that is wrong.',
    });
  }
}
