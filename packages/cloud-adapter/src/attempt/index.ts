export { type Choice, chooseAttempt, type JudgedAttempt } from './choose-attempt.js';
export { CloudDiffTooLargeError, fetchAttempts, type FetchedDiff, type FetchOptions } from './fetch-attempts.js';
export {
  type AppliedAttempt,
  type AttemptVerdict,
  judgeAttempts,
  type JudgedTree,
  type JudgeOptions,
  type VerifyAttempt,
} from './judge-attempts.js';
export { reviewContenders, type ReviewAttempt, type ReviewOptions, type Reviewed } from './review-contenders.js';
