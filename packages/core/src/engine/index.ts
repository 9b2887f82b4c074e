export { attemptStep, type AttemptedStep } from './attempt-step.js';
export type {
  Ctx,
  Engine,
  StepContext,
  StepCtx,
  StepOptions,
  Workflow,
  WorkflowInfo,
  WorkflowStatus,
} from './engine.js';
export {
  EngineStoppedError,
  NonDeterministicWorkflowError,
  RecordedError,
  RunCancelledError,
  UnknownQueueError,
  UnknownWorkflowError,
  UnknownWorkflowRunError,
} from './errors.js';
export { JournalEngine, type JournalLayout } from './journal/journal-engine.js';
export { type Json, jsonSchema } from './json.js';
export { type Outcome, outcomeOf, outcomeOfThrown, outcomeSchema, unwrapOutcome } from './outcome.js';
export { type Idleness, Parking, type ParkingHost } from './parking.js';
export { type UntilOptions, Wakeups } from './wakeups.js';
