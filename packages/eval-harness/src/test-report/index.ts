export { compareOutcomes, type OutcomeComparison } from './compare-outcomes.js';
export { TestReportError } from './errors.js';
export { parseReport } from './parse-report.js';
export type { Outcome, Outcomes, TestCase } from './test-case.js';
