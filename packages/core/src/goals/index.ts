export { advanceFleet, beginFleet, exhaustedBudget, nextToBegin } from './advance-fleet.js';
export { type BasesOptions, type BundledCommit, keepCommit, openBases, takeBundle, writeBase } from './bases.js';
export {
  BasesConflictError,
  FleetBudgetError,
  GoalsFileError,
  type GoalsProblem,
  GoalsWaitingError,
  UnknownFleetError,
  type WaitingGoal,
} from './errors.js';
export {
  type FleetEnd,
  type FleetEvent,
  fleetEventSchema,
  type FleetGoal,
  fleetGoalSchema,
  type FleetInput,
  fleetInputSchema,
  type FleetState,
  hasEnded,
  isFleetOver,
  objectIdSchema,
} from './fleet.js';
export {
  type FleetRecord,
  fleetRecordOf,
  fleetRecordSchema,
  readFleetRecord,
  writeFleetRecord,
} from './fleet-record.js';
export { type GoalEntry, type GoalsFile, goalsFileSchema } from './goals-file.js';
export {
  createGoalsWorkflow,
  type GoalsResult,
  type GoalsServices,
  type GoalStart,
  outOfBudget,
} from './goals-workflow.js';
export { mergeBases, type MergeBasesOptions, type PromotedWork } from './merge-bases.js';
export type { PathOverlap } from './overlaps.js';
export { parseGoalsFile } from './parse-goals-file.js';
export {
  type GoalsPlan,
  planGoals,
  type PlanGoalsOptions,
  type PlannedGoal,
  type TaskExecution,
} from './plan-goals.js';
export { planDigest, type SignedPlan, signedPlanSchema } from './signed-plan.js';
