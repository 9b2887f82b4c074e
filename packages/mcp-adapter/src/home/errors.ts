import { OrchError } from '@codex-orch/core';

/** A private CODEX_HOME could not be made. */
export class CodexHomeError extends OrchError {
  readonly code = 'codex-home-failed';
  override readonly interrupts = true;

  constructor(dir: string, reason: string, cause?: unknown, hint?: string) {
    super(`Cannot prepare the Codex home ${dir}: ${reason}.`, { cause, hint });
  }
}
