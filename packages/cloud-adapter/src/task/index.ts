export { type Backoff } from './backoff.js';
export { CloudBranchError, CloudSubmissionUnclearError, CloudTaskFailedError, CloudTimeLimitError } from './errors.js';
export { pollTask, type PollOptions } from './poll.js';
export { type CloudAttempt, type CloudRecord, cloudRecordSchema, type CloudTurn } from './record.js';
export { CloudNothingUnclearError, resolveSubmission } from './resolve-submission.js';
export { CloudRecordDamagedError, type CloudStore, FileCloudStore } from './store.js';
export { intend, type IntendOptions, type SubmitOptions, type SubmittedTurn, submitOnce } from './submit-once.js';
export { unfinishedTurn } from './take-up-turn.js';
