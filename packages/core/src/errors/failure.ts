import { faultOf } from './fault-of.js';
import { isMachineFault } from './machine-fault.js';
import { OrchError } from './orch-error.js';

/** An error as it is recorded. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
};

/** What to record of an error; one that is not ours gets the code `fallback`. */
export function describeFailure(thrown: unknown, fallback: string): Failure {
  const error = faultOf(thrown);
  if (!(error instanceof OrchError))
    return { code: fallback, message: error instanceof Error ? error.message : String(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** Whether an error says nothing about the work of a run, so that it must not be recorded as its outcome. */
export const interruptsRun = (error: unknown): boolean => isMachineFault(faultOf(error));
