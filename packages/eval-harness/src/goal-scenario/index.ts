export { type AttemptResult, attemptResultSchema } from './attempt-result.js';
export {
  GoalBlockedError,
  GoalScenarioFileError,
  HiddenTestsToothlessError,
  UnknownVariantError,
  VariantNeedsModelError,
} from './errors.js';
export { type Comparison, type GoalEvaluation, goalEvaluationSchema, type VariantSummary } from './goal-evaluation.js';
export type { GoalAttempt, GoalOutcome, GoalRunner } from './goal-runner.js';
export { type GoalScenario, goalScenarioSchema, type GoalVariant } from './goal-scenario.js';
export { type LoadedGoalScenario, loadGoalScenario } from './load-goal-scenario.js';
export type { GoalEvaluationEvent, GoalEvaluationOptions } from './options.js';
export { goalsTable } from './report/table.js';
export { readGoalEvaluation } from './read-goal-evaluation.js';
export { runGoalScenario } from './run-goal-scenario.js';
