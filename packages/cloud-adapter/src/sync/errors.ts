import { OrchError } from '@codex-orch/core';

/** A sink did not take a summary. */
export class SinkFailedError extends OrchError {
  readonly code = 'sync-failed';

  /** Whether it may take it another time. */
  readonly isPassing: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    sink: string,
    reason: string,
    {
      isPassing,
      retryAfterMs,
      cause,
    }: { readonly isPassing: boolean; readonly retryAfterMs?: number | undefined; readonly cause?: unknown },
  ) {
    super(`${sink} did not take the summary: ${reason}.`, {
      cause,
      hint: 'The run itself is not touched by this. Send it again with "codex-orch cloud sync".',
    });
    this.isPassing = isPassing;
    this.retryAfterMs = retryAfterMs;
  }
}
