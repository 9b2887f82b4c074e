import { OrchError } from '@codex-orch/core';

/** What was stored of a run cannot be used, or is not that of the run. */
export class SnapshotDamagedError extends OrchError {
  readonly code = 'snapshot-damaged';
  override readonly interrupts = true;

  constructor(runId: string, why: string, cause?: unknown) {
    super(`What the shared store has of run ${runId} cannot be used: ${why}.`, {
      hint: 'Check that all workers use the same --artifacts and that nothing in it was removed; or submit the goal again with --new.',
      cause,
    });
  }
}

/** More than the shared store is to take of one run. */
export class SnapshotTooLargeError extends OrchError {
  readonly code = 'snapshot-too-large';

  constructor(bytes: number) {
    super(`The run has more than ${bytes} bytes, which is the most that is kept for other machines.`, {
      hint: 'It goes on here. If this machine is lost, it goes on from what was kept before.',
    });
  }
}
