import {
  describeFailure,
  faultOf,
  interruptsRun,
  type Json,
  type Outcome,
  outcomeOf,
  RunCancelledError,
} from '@codex-orch/core';

/** How an execution is over: the run has ended, or something came over it that says nothing about its work. */
export type Conclusion =
  | { readonly status: 'done' | 'failed' | 'cancelled'; readonly outcome: Outcome }
  | { readonly status: 'interrupted'; readonly reason: Error };

/** Does the work of an execution that this signal aborts, and says how it is over. Throws nothing. */
export async function conclude(work: () => Promise<Json | undefined>, signal: AbortSignal): Promise<Conclusion> {
  try {
    return { status: 'done', outcome: outcomeOf(await work()) };
  } catch (thrown) {
    const error = faultOf(thrown);
    const reason = signal.aborted ? (signal.reason as Error) : undefined;
    const isCancelled = reason instanceof RunCancelledError;
    if (interruptsRun(error)) return { status: 'interrupted', reason: error as Error };
    if (reason && !isCancelled) return { status: 'interrupted', reason };
    const failure = describeFailure(isCancelled ? reason : error, 'workflow-failed');
    return { status: isCancelled ? 'cancelled' : 'failed', outcome: { ok: false, error: failure } };
  }
}
