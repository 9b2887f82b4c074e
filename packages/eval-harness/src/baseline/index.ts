export {
  type AcceptedBaseline,
  acceptedBaselineSchema,
  type AcceptedPair,
  type AcceptedTarget,
  formatBaseline,
  readBaseline,
} from './accepted-baseline.js';
export { acceptEvaluation } from './accept-evaluation.js';
export {
  type AcceptedComparison,
  type ComparisonScope,
  compareWithAccepted,
  type Regression,
} from './compare-with-accepted.js';
export { BaselineFileError, NotAcceptableError } from './errors.js';
