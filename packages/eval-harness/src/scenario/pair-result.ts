import { z } from 'zod';
import { countsSchema } from '../target/target.js';

/** What was found about a target before any asset was applied. */
export const baselineSchema = z.strictObject({
  target: z.string(),
  version: z.string(),
  licence: z.string(),
  traits: z.array(z.string()),
  runs: z.int(),
  counts: countsSchema,
  /** Whether the counts are the pinned ones. */
  asPinned: z.boolean(),
  quarantined: z.array(z.string()),
  /** Files that the tests change or leave in the target's own folder. */
  litter: z.array(z.string()),
  crashes: z.array(z.string()),
  durationMs: z.number(),
  preparationMs: z.number(),
});

const declinedSchema = z.strictObject({
  path: z.string(),
  line: z.int(),
  column: z.int(),
  reason: z.string(),
});

const problemSchema = z.strictObject({ path: z.string(), message: z.string() });

export const causeSchema = z.strictObject({
  kind: z.enum([
    'did-not-apply',
    'does-not-parse',
    'not-idempotent',
    'rollback-not-exact',
    'newly-failing',
    'missing-tests',
    'no-tests-ran',
    'control-not-caught',
    'error',
  ]),
  message: z.string(),
});

/** What an asset did to a target, and what the target's tests said. */
export const pairResultSchema = z.strictObject({
  target: z.string(),
  asset: z.string(),
  kind: z.enum(['codemod', 'rule', 'control']),
  assetVersion: z.string(),
  /** Of all that the result depends on. */
  key: z.string(),
  verdict: z.enum(['passed', 'failed']),
  causes: z.array(causeSchema),
  reproduce: z.array(z.string()),
  /** Whether the result was found by an earlier evaluation of the same things. */
  cached: z.boolean(),
  files: z.strictObject({
    considered: z.int(),
    matched: z.int(),
    changed: z.int(),
    failed: z.array(problemSchema),
    unparsable: z.array(problemSchema),
  }),
  changes: z.int(),
  declined: z.array(declinedSchema),
  /** Reports of a rule before its fixes, and after; null for what is no rule. */
  findings: z.strictObject({ before: z.int(), after: z.int() }).nullable(),
  /** Share of the changed or failed files that were changed, parse, and stay as they are in a second run; 1 where there are none. */
  appliedCleanly: z.number(),
  churn: z.strictObject({
    added: z.int(),
    removed: z.int(),
    /** Lines added for each place that was changed. */
    linesPerChange: z.number().nullable(),
  }),
  editedLines: z.strictObject({
    total: z.int(),
    /** Of those, how many the target's tests execute; null where that cannot be told. */
    executed: z.int().nullable(),
    whyUnknown: z.string().optional(),
  }),
  idempotent: z.boolean(),
  rollbackExact: z.boolean(),
  tests: z.strictObject({
    /** False where nothing was changed: the tests before speak for it. */
    ran: z.boolean(),
    total: z.int(),
    kept: z.int(),
    newlyFailing: z.array(z.string()),
    missing: z.array(z.string()),
    newlyPassing: z.array(z.string()),
    crashes: z.array(z.string()),
  }),
  durationsMs: z.strictObject({ apply: z.number(), tests: z.number(), total: z.number() }),
});

export type Baseline = z.infer<typeof baselineSchema>;
export type PairResult = z.infer<typeof pairResultSchema>;
export type Cause = z.infer<typeof causeSchema>;
