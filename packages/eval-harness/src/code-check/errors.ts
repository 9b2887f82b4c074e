import { OrchError } from '@codex-orch/core';

/** A lint or a typecheck of a target did not come to an end that can be read. */
export class CodeCheckFailedError extends OrchError {
  readonly code = 'eval-check-failed';

  constructor(command: readonly string[], detail: string) {
    super(`"${command.join(' ')}" gave no report: ${detail}`, {
      hint: 'Run the command in the folder of the target, and mend its entry in targets.json.',
    });
  }
}
