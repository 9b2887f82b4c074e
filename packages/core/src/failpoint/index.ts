export { failpoint, type Failpoint, failpoints } from './failpoint.js';
