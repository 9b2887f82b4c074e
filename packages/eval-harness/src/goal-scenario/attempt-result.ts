import { z } from 'zod';
import { pairResultSchema } from '../scenario/pair-result.js';

const count = z.int().nonnegative();

/** What became of one attempt at a goal. */
export const attemptResultSchema = z.strictObject({
  variant: z.string(),
  /** Counted from 1. */
  repetition: z.int(),
  /** Of all that the result depends on. */
  key: z.string(),
  /** Not evaluated: its model's provider was out of order, which says nothing about the work. */
  verdict: z.enum(['passed', 'failed', 'not-evaluated']),
  causes: z.array(
    z.strictObject({
      kind: z.enum([
        'provider-outage',
        'not-finished',
        'cassette-miss',
        'does-not-apply',
        'newly-failing',
        'missing-tests',
        'no-tests-ran',
        'tests-did-not-end',
        'hidden-failing',
      ]),
      message: z.string(),
    }),
  ),
  /** Whether the result was found by an earlier evaluation of the same things. */
  cached: z.boolean(),
  reproduce: z.array(z.string()),
  run: z.strictObject({
    id: z.string(),
    state: z.string(),
    end: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  }),
  model: z.strictObject({
    /** What answered, in words. */
    label: z.string(),
    name: z.string().nullable(),
    live: z.boolean(),
  }),
  codex: z.strictObject({ version: z.string(), driver: z.string() }).nullable(),
  /** What the attempt would change; null where it changed nothing. */
  diff: z.strictObject({ sha256: z.string(), files: count, added: count, removed: count }).nullable(),
  /** The target's own tests after the work; null where there was nothing to judge. */
  tests: pairResultSchema.shape.tests
    .omit({ ran: true })
    .extend({
      /** Tests of the target that the work had changed, and that judged as they came. */
      putBack: z.array(z.string()),
    })
    .nullable(),
  hidden: z
    .strictObject({ total: count, passed: count, failed: z.array(z.string()), missing: z.array(z.string()) })
    .nullable(),
  findings: count.nullable(),
  usage: z.strictObject({
    inputTokens: count,
    cachedInputTokens: count,
    outputTokens: count,
    totalTokens: count,
    turns: count,
  }),
  cost: z.strictObject({ amount: z.number(), currency: z.string() }).nullable(),
  revisions: count,
  replans: count,
  replay: z.strictObject({ misses: count, loose: count }).nullable(),
  durationsMs: z.strictObject({
    /** As the run itself counts its work. */
    work: z.number(),
    run: z.number(),
    scoring: z.number(),
  }),
});

export type AttemptResult = z.infer<typeof attemptResultSchema>;
