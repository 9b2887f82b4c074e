export { LockedError, type LockHolder, ProcessLock } from './process-lock.js';
