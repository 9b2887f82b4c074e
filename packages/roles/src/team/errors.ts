import { OrchError } from '@codex-orch/core';

/** The manager chose a handoff that is not possible now, twice. */
export class HandoffIllegalError extends OrchError {
  readonly code = 'handoff-illegal';

  constructor(data: { answer: string; legal: readonly string[] }) {
    super(
      `The manager's choice is none of ${data.legal.join(', ') || '(no handoff is possible)'}: ${data.answer.slice(0, 300)}`,
      {
        hint: 'Start the goal again, or use a model that keeps to its tools.',
      },
    );
  }
}
