import { type Json, jsonSchema, RecordedError } from '@codex-orch/core';
import { z } from 'zod';

const failureSchema = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

export const outcomeSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: jsonSchema.optional() }),
  z.object({ ok: z.literal(false), error: failureSchema }),
]);

/** How an operation or a run ended, as it is recorded. */
export type Outcome = z.infer<typeof outcomeSchema>;

/** Through JSON, so that the first execution sees what a later one will. */
export const succeeded = (value: Json | undefined): Outcome =>
  value === undefined ? { ok: true } : { ok: true, value: JSON.parse(JSON.stringify(value)) as Json };

export function unwrap(outcome: Outcome): Json | undefined {
  if (outcome.ok) return outcome.value;
  throw new RecordedError(outcome.error);
}
