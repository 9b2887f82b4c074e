export { type Backoff } from './backoff.js';
export { CloudSubmissionUnclearError, CloudTaskFailedError, CloudTimeLimitError } from './errors.js';
export { pollTask, type PollOptions } from './poll.js';
export { type CloudAttempt, type CloudRecord, cloudRecordSchema, type CloudTurn } from './record.js';
export { CloudNothingUnclearError, resolveSubmission } from './resolve-submission.js';
export { CloudRecordDamagedError, type CloudStore, FileCloudStore } from './store.js';
export { intend, type SubmitOptions, type SubmittedTurn, submitOnce, unfinishedTurn } from './submit-once.js';
