import { OrchError } from '../errors/orch-error.js';

/** A log was changed after it was written, or its disk lost data. */
export class LogDamagedError extends OrchError {
  readonly code = 'log-damaged';
  override readonly interrupts = true;
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;

  constructor(path: string, line: number, reason: string) {
    super(`${path}: line ${line} is damaged: ${reason}.`, {
      hint: 'Restore the file from a backup. Nothing after this line can be trusted, so nothing was changed.',
    });
    this.path = path;
    this.line = line;
  }
}

/** A log could not be written; what was not acknowledged may be lost, what was acknowledged is not. */
export class LogWriteError extends OrchError {
  readonly code = 'log-write-failed';
  override readonly interrupts = true;

  constructor(path: string, cause: unknown) {
    super(`${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
      hint: 'Make room or make the folder writable, then resume the run. Everything acknowledged so far is kept.',
    });
  }
}
