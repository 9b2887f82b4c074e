export type { ApprovalDecision, CodexApprovalRequest, ProposedFileChange } from './approval-request.js';
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
