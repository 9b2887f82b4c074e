import { z } from 'zod';

const count = z.number().int().nonnegative();

export const lintFindingSchema = z.strictObject({
  rule: z.string(),
  /** Path in the repository, with slashes. */
  path: z.string(),
  /** Line in the new version of the file, counted from 1. */
  line: z.number().int().positive(),
  message: z.string(),
});

/** What the lint rules say of the changed files beyond what they said of the base. */
export const lintReportSchema = z.strictObject({
  /** `fail`: new findings fail the tests; `report`: they go to the reviewer. */
  mode: z.enum(['report', 'fail']),
  /** Changed files that were looked at. */
  fileCount: count,
  newCount: count,
  /** The new findings, as many as can be read. */
  findings: z.array(lintFindingSchema),
  /** Findings in the changed files that the base has too. */
  oldCount: count,
  /** Changed files that could not be looked at, and why. */
  skipped: z.array(z.strictObject({ path: z.string(), message: z.string() })),
  /** Why the rules did not run. */
  error: z.string().nullable(),
});

/** `lint.json` of a run: the last report, and the diff that it is about. */
export const lintFileSchema = lintReportSchema.extend({ diffSha256: z.string().regex(/^[0-9a-f]{64}$/) });

export type LintFinding = Readonly<z.infer<typeof lintFindingSchema>>;
export type LintReport = Readonly<z.infer<typeof lintReportSchema>>;

/** Whether the findings, or the lack of an answer, fail the tests. */
export const failsTests = (lint: LintReport | undefined): boolean =>
  lint?.mode === 'fail' && (lint.newCount > 0 || lint.error !== null);
