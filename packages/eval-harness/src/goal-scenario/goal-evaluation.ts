import { z } from 'zod';
import { baselineSchema } from '../scenario/pair-result.js';
import { attemptResultSchema } from './attempt-result.js';

const intervalSchema = z.strictObject({ low: z.number(), high: z.number() });

const spreadSchema = z.strictObject({
  n: z.int(),
  min: z.number(),
  median: z.number(),
  max: z.number(),
  /** Of a sample; null for one attempt. */
  standardDeviation: z.number().nullable(),
});

/** What is measured of each attempt, as far as it could be. */
export const metricSchema = z.enum([
  'tokens',
  'cost',
  'runMs',
  'changedLines',
  'changedFiles',
  'revisions',
  'replans',
  'hiddenPassed',
]);

export type Metric = z.infer<typeof metricSchema>;

/** The attempts of one variant, taken together. */
export const variantSummarySchema = z.strictObject({
  variant: z.string(),
  goal: z.string(),
  /** What answered, in words. */
  model: z.string(),
  live: z.boolean(),
  /** Whether it is wrong on purpose, so that no attempt may pass. */
  isMeantToFail: z.boolean().default(false),
  /** Not evaluated: it does not fail by what was evaluated, and some of it was not. */
  verdict: z.enum(['passed', 'failed', 'not-evaluated']),
  /** Why it is not what the scenario asks of it. */
  causes: z.array(
    z.strictObject({
      kind: z.enum(['pass-rate-too-low', 'pass-rate-too-high', 'cassette-miss', 'not-judged']),
      message: z.string(),
    }),
  ),
  reproduce: z.array(z.string()),
  /** Those that were evaluated. */
  attempts: z.int(),
  /** Those for which the provider of the model was out of order. */
  notEvaluated: z.int().default(0),
  passed: z.int(),
  passRate: z.number(),
  /** 95 %, by Wilson's score. */
  interval: intervalSchema,
  /** The chance that one of k attempts passes, for k from 1 to the number of attempts. */
  passAtK: z.array(z.strictObject({ k: z.int(), estimate: z.number() })),
  /** Over the attempts of which a metric is known; absent where none is. */
  spread: z.partialRecord(metricSchema, spreadSchema),
});

export type VariantSummary = z.infer<typeof variantSummarySchema>;

/** Two variants side by side. */
export const comparisonSchema = z.strictObject({
  first: z.string(),
  second: z.string(),
  passRate: z.strictObject({
    /** Of the first minus the second. */
    difference: z.number(),
    /** 95 %, by Newcombe's method 10. */
    interval: intervalSchema,
    tells: z.enum(['first-is-better', 'second-is-better', 'nothing']),
    /** How many repetitions of each would tell these rates apart, if they were seen again; null where they are alike. */
    repetitionsNeeded: z.int().nullable(),
    /** False where a cassette answers: its repetitions are one and the same, and the interval means nothing. */
    independent: z.boolean(),
  }),
  /** Of the first minus the second, over the repetitions that both have. */
  medians: z.array(
    z.strictObject({
      metric: metricSchema,
      pairs: z.int(),
      difference: z.number(),
      /** 95 %, by a bootstrap over the pairs; null where they are too few. */
      interval: intervalSchema.nullable(),
    }),
  ),
  /** The same in words. */
  said: z.array(z.string()),
});

export type Comparison = z.infer<typeof comparisonSchema>;

/** The form of `goals.json`. */
export const goalEvaluationSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  id: z.string(),
  title: z.string(),
  scenario: z.string(),
  goal: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: z.strictObject({ node: z.string(), platform: z.string(), arch: z.string(), sandbox: z.string() }),
  verdict: z.enum(['passed', 'failed', 'not-evaluated']),
  /** How the target's own tests go before any work. */
  baseline: baselineSchema.pick({
    target: true,
    version: true,
    licence: true,
    counts: true,
    asPinned: true,
    quarantined: true,
  }),
  /** How many hidden tests pass before any work. */
  hiddenBefore: z.strictObject({ total: z.int(), passed: z.int() }),
  variants: z.array(variantSummarySchema),
  comparisons: z.array(comparisonSchema),
  attempts: z.array(attemptResultSchema),
  /** Of the draws of the bootstraps. */
  seed: z.int(),
  totals: z.strictObject({
    attempts: z.int(),
    passed: z.int(),
    cached: z.int(),
    notEvaluated: z.int().default(0),
    wallMs: z.number(),
  }),
});

export type GoalEvaluation = z.infer<typeof goalEvaluationSchema>;
