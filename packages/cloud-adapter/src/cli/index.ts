export { type CloudCapabilities } from './capabilities.js';
export { CloudCli, type CloudCliOptions, type CloudLaunch, type CloudTaskRequest, submittedTask } from './cloud-cli.js';
export {
  CloudEnvironmentAmbiguousError,
  CloudEnvironmentUnknownError,
  CloudLoginError,
  CloudOutputUnknownError,
  CloudRateLimitedError,
  CloudTaskGoneError,
  CloudUnavailableError,
  CloudUnsupportedError,
} from './errors.js';
export { taskIdPattern } from './task-id.js';
export type { CloudTaskState, ListedTask, TaskPage } from './task-status.js';
