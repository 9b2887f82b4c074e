export { ApprovalPendingError } from './errors.js';
export { type Approval, approvalSchema } from './approval.js';
