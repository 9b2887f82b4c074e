export type { GuardPaths } from './guard-files.js';
export { loadCheckInput, type LoadOptions } from './load-check-input.js';
