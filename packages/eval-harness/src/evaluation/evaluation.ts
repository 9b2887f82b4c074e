import { z } from 'zod';
import { baselineSchema, pairResultSchema } from '../scenario/pair-result.js';
import { thresholdsSchema } from '../scenario/thresholds.js';
import { templateResultSchema } from '../template/template-result.js';

/** The form of `evaluation.json`. */
export const evaluationSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  id: z.string(),
  /** The scenario of which this is all. */
  scenario: z.string().optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: z.strictObject({
    node: z.string(),
    platform: z.string(),
    arch: z.string(),
    sandbox: z.string(),
  }),
  thresholds: thresholdsSchema,
  /** Of the assets that were given any, by their ids. */
  options: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  verdict: z.enum(['passed', 'failed']),
  /** Targets that could not be used at all, each with why. */
  unusable: z.array(z.strictObject({ target: z.string(), code: z.string(), message: z.string() })),
  baselines: z.array(baselineSchema),
  pairs: z.array(pairResultSchema),
  /** Templates, which are judged by themselves and on no target. */
  templates: z.array(templateResultSchema).default([]),
  totals: z.strictObject({
    pairs: z.int(),
    passed: z.int(),
    failed: z.int(),
    /** Pairs taken from an earlier evaluation of the same things. */
    cached: z.int(),
    filesChanged: z.int(),
    declined: z.int(),
    /** Milliseconds in the targets' own tests and in all, added up over what ran at the same time. What came from the cache cost none. */
    testsMs: z.number(),
    workMs: z.number(),
    /** Milliseconds in the targets' own lint and typecheck. */
    checksMs: z.number().default(0),
    /** Milliseconds in which npm, tar, git and their own setup fetched and installed targets. */
    installMs: z.number().default(0),
    /** Milliseconds in which assets were applied, the second time too. */
    applyMs: z.number().default(0),
    /**
     * Milliseconds of CPU that the tests, the lint and typecheck of targets, the processes of assets, npm for the installation of targets,
     * and all, took; null where the system does not tell.
     */
    cpuMs: z
      .strictObject({
        tests: z.number(),
        checks: z.number(),
        assets: z.number().default(0),
        install: z.number().default(0),
        all: z.number(),
      })
      .nullable()
      .default(null),
    /** The pairs that took longest, and were not from the cache. */
    slowest: z.array(z.strictObject({ target: z.string(), asset: z.string(), ms: z.number() })).default([]),
    /** From the first target to the last. */
    wallMs: z.number(),
  }),
});

export type Evaluation = z.infer<typeof evaluationSchema>;
