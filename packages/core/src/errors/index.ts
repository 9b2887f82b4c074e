export { describeFailure, type Failure, interruptsRun } from './failure.js';
export { faultOf } from './fault-of.js';
export { OrchError, type OrchErrorOptions } from './orch-error.js';
