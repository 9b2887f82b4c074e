import { OrchError } from '../errors/orch-error.js';

/** A human has to answer before the run can go on, and nobody did while this process waited. */
export class ApprovalPendingError extends OrchError {
  readonly code = 'approval-pending';
  override readonly interrupts = true;

  constructor(runId: string, ids: readonly string[]) {
    super(`Run ${runId} waits for a human to answer ${ids.join(', ')}.`, {
      hint: 'The request stays open: approve or reject it, today or in a week, and the run goes on.',
    });
  }
}
