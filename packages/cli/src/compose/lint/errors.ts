import { OrchError } from '@codex-orch/core';

/** The lint rules did not run, or did not come to an end. */
export class LintFailedError extends OrchError {
  readonly code = 'lint-failed';

  constructor(reason: string) {
    super(`The lint rules did not run: ${reason}`, {
      hint: 'Install codex-orch again if a module is missing; set tests.lint to "off" to go on without the rules.',
    });
  }
}
