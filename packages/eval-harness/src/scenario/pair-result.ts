import { z } from 'zod';
import { findingSchema } from '../code-check/code-check.js';
import { countsSchema } from '../target/target.js';

/** What a lint or a typecheck of a target said before anything was changed. */
const checkBeforeSchema = z.strictObject({ findings: z.int(), durationMs: z.number() });

/** What a lint or a typecheck of a target said before and after, compared finding by finding. */
const checkComparisonSchema = z.strictObject({
  /** False where nothing was changed: what it said before speaks for it. */
  ran: z.boolean(),
  before: z.int(),
  after: z.int(),
  /** Of those before, how many are reported no more. */
  gone: z.int(),
  /** Those after that were not reported before, the first hundred of them. Their number is after - before + gone. */
  added: z.array(findingSchema),
  /** Why it gave no report after the change. */
  problem: z.string().optional(),
});

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
  /** The most memory that a process of the tests held. */
  peakBytes: z.int().nullable().default(null),
  /** Null for what the target does not have. */
  lint: checkBeforeSchema.nullable().default(null),
  typecheck: checkBeforeSchema.nullable().default(null),
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
    'new-lint-findings',
    'new-type-errors',
    'check-failed',
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
    /** Lines on which something else than white space, comments and where lines end differs; null where it was not counted. */
    minimal: z.int().nullable().default(null),
    /** Changed lines for each of those: 1 where nothing was written anew without need; null where nothing differs. */
    ratio: z.number().nullable().default(null),
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
  /** Null for what the target does not have, and for the control. */
  lint: checkComparisonSchema.nullable().default(null),
  typecheck: checkComparisonSchema.nullable().default(null),
  durationsMs: z.strictObject({
    apply: z.number(),
    /** The second time, which must change nothing. */
    applyAgain: z.number().default(0),
    tests: z.number(),
    checks: z.number().default(0),
    total: z.number(),
  }),
  /** Of the target's tests, and of its lint and typecheck; null where they did not run, or the system does not tell. */
  cpuMs: z
    .strictObject({
      /** Of the processes in which the asset was applied, the second time too; what ran in this process is not in it. */
      apply: z.number().nullable().default(null),
      tests: z.number().nullable(),
      checks: z.number().nullable(),
    })
    .default({ apply: null, tests: null, checks: null }),
  /** The most that any one process held; null where the system does not tell. */
  peakBytes: z
    .strictObject({
      apply: z.int().nullable(),
      /** Whether the asset ran in processes of its own, or in the one of the evaluation, whose whole memory is told then. */
      applyIn: z.enum(['own-process', 'evaluation']),
      tests: z.int().nullable(),
    })
    .default({ apply: null, applyIn: 'evaluation', tests: null }),
});

export type Baseline = z.infer<typeof baselineSchema>;
export type PairResult = z.infer<typeof pairResultSchema>;
export type CheckComparison = z.infer<typeof checkComparisonSchema>;
export type Cause = z.infer<typeof causeSchema>;
