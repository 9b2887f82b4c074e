export { type Approval, approvalSchema } from './approval.js';
