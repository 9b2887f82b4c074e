export { NoTestsRanError, TestsTimedOutError, TestsTooLoudError } from './errors.js';
