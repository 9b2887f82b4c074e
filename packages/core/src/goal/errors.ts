import { OrchError } from '../errors/orch-error.js';

/** The state machine does not allow this now. */
export class IllegalTransitionError extends OrchError {
  readonly code = 'illegal-transition';

  constructor(event: string, phase: string, reason: string) {
    super(`"${event}" is not possible while the goal is in "${phase}": ${reason}.`);
  }
}
