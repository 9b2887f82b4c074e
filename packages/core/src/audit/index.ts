export { type AuditEntry, auditEntrySchema, type AuditRecord } from './audit-entry.js';
export { AuditLog, type AuditLogOptions, type HeadSigning } from './audit-log.js';
export { AuditHeadUnreadableError, AuditUnavailableError } from './errors.js';
export { type AuditProblem, type VerifyAuditOptions } from './verify-audit.js';
