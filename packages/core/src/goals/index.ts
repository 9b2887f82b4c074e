export { GoalsFileError, type GoalsProblem } from './errors.js';
export { type GoalEntry, type GoalsFile, goalsFileSchema } from './goals-file.js';
export type { PathOverlap } from './overlaps.js';
export { parseGoalsFile } from './parse-goals-file.js';
export {
  type GoalsPlan,
  planGoals,
  type PlanGoalsOptions,
  type PlannedGoal,
  type TaskExecution,
} from './plan-goals.js';
