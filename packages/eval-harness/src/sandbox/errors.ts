import { OrchError } from '@codex-orch/core';

/** Commands of targets cannot be confined on this machine. */
export class EvalSandboxError extends OrchError {
  readonly code = 'eval-sandbox-unavailable';

  constructor(detail: string, cause?: unknown) {
    super(`The tests of targets cannot be confined here: ${detail}`, {
      cause,
      hint: 'Allow unprivileged user namespaces, or install bubblewrap. Code of others is not run outside a sandbox.',
    });
  }
}
