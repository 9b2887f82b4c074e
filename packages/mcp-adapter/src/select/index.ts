export { DriverUnavailableError } from './errors.js';
export { type DriverMode, type LocalDriverKind, selectDriver, type SelectDriverOptions } from './select-driver.js';
