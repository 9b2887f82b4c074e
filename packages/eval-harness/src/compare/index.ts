export { compareEvaluations, type EvaluationComparison, type PairDifference } from './compare-evaluations.js';
export type { Compared, ComparedAssets, ComparedGoals, ComparedVariant } from './compared.js';
export { compareGoalEvaluations, type GoalDifference, type GoalEvaluationComparison } from './compare-goals.js';
