import { setTimeout as delay } from 'node:timers/promises';
import type { StepContext, StepOptions } from './engine.js';
import type { Json } from './json.js';
import { type Outcome, outcomeOf, outcomeOfThrown } from './outcome.js';

/** A step as an engine does it: what it is, and what its engine keeps of it. */
export interface AttemptedStep {
  readonly runId: string;
  /** Which operation of the run it is; the same in every execution. */
  readonly op: string;
  readonly name: string;
  /** Aborted when the run is to stop. */
  readonly signal: AbortSignal;
  /** Puts on record that a try begins, and resolves with how many have begun, those of earlier executions among them. */
  readonly begin: (options: { readonly durable: boolean }) => Promise<number>;
  readonly observe: StepContext['observe'];
}

/**
 * Does a step, again as often as its options say when it throws, and tells how it ended. Nothing but `begin` is recorded here.
 *
 * Throws why the run was aborted, and faults of the machine: the step then has no outcome yet.
 */
export async function attemptStep(
  { runId, op, name, signal, begin, observe }: AttemptedStep,
  fn: (step: StepContext) => Promise<Json | undefined>,
  { retries = 0, retryDelayMs = 1000, isRetryable = () => true, startIsDurable = false }: StepOptions,
): Promise<Outcome> {
  for (let tries = 0; ; tries += 1) {
    const attempt = await begin({ durable: startIsDurable });
    signal.throwIfAborted();
    try {
      return outcomeOf(await fn({ key: `${runId}:${op}:${name}`, attempt, signal, observe }));
    } catch (error) {
      const failure = outcomeOfThrown(error, signal);
      if (tries >= retries || !isRetryable(error)) return failure;
    }
    await delay(retryDelayMs * 2 ** tries, undefined, { signal }).catch(() => {
      throw signal.reason;
    });
  }
}
