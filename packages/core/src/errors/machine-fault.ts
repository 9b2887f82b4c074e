import { OrchError } from './orch-error.js';

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

/** Whether an error is about the machine or what is around a run, and not about its work. */
export function isMachineFault(error: unknown): boolean {
  if (error instanceof OrchError) return error.interrupts;
  return machineFaults.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
