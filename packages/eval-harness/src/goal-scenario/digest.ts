import { createHash } from 'node:crypto';

/** Of data that JSON can hold. */
export const digestOf = (data: unknown): string => createHash('sha256').update(JSON.stringify(data)).digest('hex');
