export type { CheckFinding, CheckName, CodeCheck } from './code-check.js';
export { CodeCheckFailedError } from './errors.js';
