export { CloudDriver, type CloudDriverOptions } from './cloud-driver.js';
export { StartTooLargeError, TurnInProgressError } from './errors.js';
