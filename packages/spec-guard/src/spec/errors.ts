import { OrchError } from '@codex-orch/core';

/** A field of a spec cannot be written without touching more than that field. */
export class SpecNotEditableError extends OrchError {
  readonly code = 'spec-not-editable';

  constructor(path: string, reason: string) {
    super(`${path} cannot be changed: ${reason}.`, {
      hint: 'Mend its front matter; `codex-orch guard` shows what is wrong, with line and column.',
    });
  }
}
