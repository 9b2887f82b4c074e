export type { BaseSource } from './approved-change.js';
export { type ApprovedWork, Arrivals, type ArrivalsOptions, hasArrived, isHeld, type Whereabouts } from './arrival.js';
export { Containment, type RunDiff } from './containment.js';
export {
  BaseKeepsMovingError,
  BaseRedError,
  CommitsUnreachableError,
  GitTooOldError,
  IntegrationBaseError,
  IntegrationBranchError,
  IntegrationBranchMovedError,
  IntegrationRecordError,
  UnknownIntegrationError,
} from './errors.js';
export { dryRun, type DryRun } from './dry-run.js';
export { IntegrationLayout, isIntegrationId, newIntegrationId } from './integration-layout.js';
export {
  awaitsApproval,
  decisionOn,
  type IntegrationCandidate,
  type IntegrationInput,
  type IntegrationRecord,
  integrationRecordSchema,
  readIntegration,
  type RunOutcome,
  writeIntegration,
} from './integration-record.js';
export {
  type Approved,
  createIntegrationWorkflow,
  type IntegrationProgress,
  type IntegrationServices,
  type TestTree,
} from './integration-workflow.js';
export { findStart, release, type StartingPoint } from './publish.js';
export { deleteOnceReachable, type GuardedDeletion } from './reachable.js';
