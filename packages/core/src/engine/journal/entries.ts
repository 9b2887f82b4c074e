import { z } from 'zod';
import { jsonSchema } from '../json.js';
import { outcomeSchema } from '../outcome.js';

/** What stands in a journal, as (type, data) of a log line. `op` counts the workflow's operations from 0, and `3.1` is the second one in the scope that is its fourth.
 * `took` is the number of the line of the signal that a wait took. */
export const journalEntrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    data: z.object({ workflow: z.string(), input: jsonSchema, queue: z.string().optional() }),
  }),
  z.object({ type: z.literal('attempt'), data: z.object({ op: z.string(), name: z.string() }) }),
  z.object({
    type: z.literal('result'),
    data: z.object({ op: z.string(), name: z.string(), outcome: outcomeSchema, took: z.number().int().optional() }),
  }),
  z.object({
    type: z.literal('timer'),
    data: z.object({
      op: z.string(),
      name: z.string(),
      ms: z.number(),
      boot: z.string().optional(),
      uptimeMs: z.number().optional(),
    }),
  }),
  z.object({ type: z.literal('wait'), data: z.object({ op: z.string(), name: z.string() }) }),
  z.object({ type: z.literal('signal'), data: z.object({ name: z.string(), payload: jsonSchema }) }),
  z.object({ type: z.literal('cancel'), data: z.object({}) }),
  z.object({
    type: z.literal('end'),
    data: z.object({ status: z.enum(['done', 'failed', 'cancelled']), outcome: outcomeSchema }),
  }),
]);

export type JournalEntry = z.infer<typeof journalEntrySchema>;
