import type { Report } from '../report/finding.js';

/** What the guard's exit code says. */
export const guardExitCodes = { clean: 0, violation: 1, toolError: 2 } as const;

/**
 * The exit code for a report, or for the lack of one: a check that could not be made fails closed.
 *
 * A dry run says 0 for whatever was found, but not for an error.
 */
export function guardExitCode(
  report: Pick<Report, 'clean'> | undefined,
  { dryRun = false }: { readonly dryRun?: boolean | undefined } = {},
): number {
  if (report === undefined) return guardExitCodes.toolError;
  return report.clean || dryRun ? guardExitCodes.clean : guardExitCodes.violation;
}
