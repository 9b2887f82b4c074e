export { type AuditEntry, auditEntrySchema, type AuditRecord } from './audit-entry.js';
export { AuditLog, type AuditLogOptions } from './audit-log.js';
export { AuditUnavailableError } from './errors.js';
