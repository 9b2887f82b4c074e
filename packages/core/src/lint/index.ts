export {
  failsTests,
  lintFileSchema,
  type LintFinding,
  lintFindingSchema,
  type LintReport,
  lintReportSchema,
} from './lint-report.js';
export type { LintedSource, LintRunner, LintSource } from './lint-runner.js';
export { type ChangedSource, lintChanges } from './lint-changes.js';
