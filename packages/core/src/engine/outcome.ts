import { z } from 'zod';
import { describeFailure, interruptsRun } from '../errors/failure.js';
import { RecordedError } from './errors.js';
import { type Json, jsonSchema } from './json.js';

const failureSchema = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

/** What stands on record of how an operation or a run ended. */
export const outcomeSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: jsonSchema.optional() }),
  z.object({ ok: z.literal(false), error: failureSchema }),
]);

/** How an operation or a run ended, as engines record it. */
export type Outcome = z.infer<typeof outcomeSchema>;

/** The outcome of work that gave this. Through JSON, so that the first execution sees what a later one will. */
export const outcomeOf = (value: Json | undefined): Outcome =>
  value === undefined ? { ok: true } : { ok: true, value: JSON.parse(JSON.stringify(value)) as Json };

/**
 * The outcome of a step or scope that threw this. Throws what must not be recorded, as it says nothing about the work, which is done
 * again on resume: why the run was aborted, and a fault of the machine.
 */
export function outcomeOfThrown(error: unknown, signal: AbortSignal): Outcome {
  signal.throwIfAborted();
  if (interruptsRun(error)) throw error;
  return { ok: false, error: describeFailure(error, 'step-failed') };
}

/** What an outcome gave. Throws {@link RecordedError} for a failure. */
export function unwrapOutcome(outcome: Outcome): Json | undefined {
  if (outcome.ok) return outcome.value;
  throw new RecordedError(outcome.error);
}
