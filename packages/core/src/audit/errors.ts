import { OrchError } from '../errors/orch-error.js';

/** A decision could not be put on record, so it was not taken. */
export class AuditUnavailableError extends OrchError {
  readonly code = 'audit-unavailable';
  override readonly interrupts = true;

  constructor(file: string, reason: string, cause?: unknown) {
    super(`${file} cannot record this, so it is not done: ${reason.replace(/\.$/, '')}.`, {
      cause,
      hint: 'Make the file writable, or wait for who holds it. Move a damaged audit.log away together with audit.head, and keep both as evidence; a new one is started.',
    });
  }
}

/** Where the audit log ended cannot be known. */
export class AuditHeadUnreadableError extends OrchError {
  readonly code = 'audit-head-unreadable';
  override readonly interrupts = true;

  constructor(file: string, cause: unknown) {
    super(`${file} cannot be read, or is no head of an audit log.`, {
      cause,
      hint: 'Make the file readable. Move a damaged one away together with audit.log, and keep both as evidence; a new log is started.',
    });
  }
}
