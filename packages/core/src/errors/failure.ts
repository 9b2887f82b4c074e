import { OrchError } from './orch-error.js';

/** An error as it is recorded. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
};

/** What to record of an error; one that is not ours gets the code `fallback`. */
export function describeFailure(error: unknown, fallback: string): Failure {
  if (!(error instanceof OrchError))
    return { code: fallback, message: error instanceof Error ? error.message : String(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** What a full, broken or forbidding machine says, whoever asked it. */
const machineFaults: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EACCES',
  'EPERM',
]);

/** Whether an error says nothing about the work of a run, so that it must not be recorded as its outcome. */
export function interruptsRun(error: unknown): boolean {
  if (error instanceof OrchError) return error.interrupts;
  return machineFaults.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
