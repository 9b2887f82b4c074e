import { createHash } from 'node:crypto';

/** Knows a fault again: 32 hex digits over the rule, the spec or path, and what tells it from others there. */
export const fingerprintOf = (code: string, about: string, subject: string): string =>
  createHash('sha256').update([code, about, subject].join('\0')).digest('hex').slice(0, 32);
