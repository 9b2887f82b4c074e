import { OrchError } from '../errors/orch-error.js';

/** The state machine does not allow this now. */
export class IllegalTransitionError extends OrchError {
  readonly code = 'illegal-transition';

  constructor(event: string, phase: string, reason: string) {
    super(`"${event}" is not possible while the goal is in "${phase}": ${reason}.`);
  }
}

/** The approved work cannot be committed here and now; the approval stands. */
export class PromotionBlockedError extends OrchError {
  readonly code = 'promotion-blocked';
  override readonly interrupts = true;

  constructor(runId: string, cause: unknown) {
    super(
      `The approved diff of run ${runId} cannot be committed: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        hint: "The approval and diff.patch are kept. Use the machine, the user and the CODEX_ORCH_HOME that hold the run's work tree, then resume the run.",
      },
    );
  }
}
