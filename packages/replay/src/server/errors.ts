import { OrchError } from '@codex-orch/core';

/** The stand-in could not listen. */
export class ReplayListenError extends OrchError {
  readonly code = 'replay-listen-failed';

  constructor(port: number, cause: unknown) {
    super(`Cannot listen on 127.0.0.1:${port}: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
      hint: 'Leave the port out to get a free one.',
    });
  }
}
