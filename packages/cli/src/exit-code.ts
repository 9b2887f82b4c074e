import { OrchError } from '@codex-orch/core';
import { exitCode } from './exit-code-values.js';

export { exitCode };

const byErrorCode: Readonly<Record<string, number>> = {
  locked: exitCode.locked,
  'not-writable': exitCode.cannotCreate,
  'disk-full': exitCode.ioError,
  'log-write-failed': exitCode.ioError,
  'audit-unavailable': exitCode.ioError,
  'goal-empty': exitCode.usage,
  'goal-too-long': exitCode.usage,
  'bad-task-id': exitCode.usage,
  'bad-flags': exitCode.usage,
  'bad-environment': exitCode.usage,
  'run-place-unsafe': exitCode.cannotCreate,
};

export const exitCodeOf = (error: unknown): number =>
  error instanceof OrchError ? (byErrorCode[error.code] ?? exitCode.failed) : exitCode.failed;

/** The exit code for the state in which a run stands. */
export function exitCodeOfState(state: string): number {
  if (state === 'done') return exitCode.done;
  return state === 'awaiting-approval' ? exitCode.waiting : exitCode.failed;
}
