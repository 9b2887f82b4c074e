export { ExecDriver } from './exec-driver.js';
export type { ExecSession } from './exec-session.js';
