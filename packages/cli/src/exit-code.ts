import { type Manifest, OrchError } from '@codex-orch/core';
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
  'goals-plan-not-approved': exitCode.waiting,
  'run-place-unsafe': exitCode.cannotCreate,
};

export const exitCodeOf = (error: unknown): number =>
  error instanceof OrchError ? (byErrorCode[error.code] ?? exitCode.failed) : exitCode.failed;

/** The exit code for how a run stands. */
export function exitCodeOfRun({ state, elevations }: Pick<Manifest, 'state' | 'elevations'>): number {
  if (state === 'done') return exitCode.done;
  return state === 'awaiting-approval' || elevations.length > 0 ? exitCode.waiting : exitCode.failed;
}
