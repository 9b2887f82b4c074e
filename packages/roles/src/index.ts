export type { RetryPolicy } from './model/ask-with-retries.js';
export {
  ModelBadOutputError,
  ModelCallError,
  ModelFailedError,
  ModelNoAnswerError,
  ModelRateLimitedError,
  ModelTimeoutError,
  ModelUnauthorizedError,
  ModelUnreachableError,
} from './model/errors.js';
export type { CodexSourceOptions } from './model/codex-source.js';
export type { ResponsesSourceOptions } from './model/responses-source.js';
export type { RoleModelOptions } from './model/role-model-options.js';
export type { ApprovalDesk, BuilderOptions } from './role/builder.js';
export type { RunTests } from './role/tester.js';
export { createTeam, type TeamOptions } from './team/create-team.js';
export { reviewDiff, type ReviewDiffOptions } from './team/review-diff.js';
export { HandoffIllegalError } from './team/errors.js';
export { runTestCommands, type RunTestCommandsOptions, type TestLaunch } from './tester/run-test-commands.js';
