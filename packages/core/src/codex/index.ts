export {
  type ApprovalDecision,
  type CodexApprovalRequest,
  codexApprovalRequestSchema,
  type ProposedFileChange,
} from './approval-request.js';
export type {
  AuthReport,
  CodexApprovalPolicy,
  CodexCapabilities,
  CodexDriver,
  CodexDriverKind,
  CodexEvent,
  CodexSandbox,
  CodexSession,
  OpenSessionOptions,
  RunTurnOptions,
  TokenUsage,
  TurnError,
  TurnResult,
} from './driver.js';
export { addTokens, noTokens, tokenUsageSchema } from './token-usage.js';
