export { describeFailure, type Failure, interruptsRun } from './failure.js';
export { OrchError, type OrchErrorOptions } from './orch-error.js';
