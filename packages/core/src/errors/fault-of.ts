import { isMachineFault } from './machine-fault.js';

/** What `await using` throws when the work and the closing after it fail, in whichever runtime. */
const isSuppressed = (error: unknown): error is Error & { readonly error: unknown; readonly suppressed: unknown } =>
  error instanceof Error && error.name === 'SuppressedError' && 'error' in error && 'suppressed' in error;

/**
 * The error that says what happened, where closing failed after it: the one of the work, unless only the closing met a machine that
 * is full or broken.
 */
export function faultOf(error: unknown): unknown {
  if (!isSuppressed(error)) return error;
  const [work, closing] = [faultOf(error.suppressed), faultOf(error.error)];
  return !isMachineFault(work) && isMachineFault(closing) ? closing : work;
}
