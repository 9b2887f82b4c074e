export { compareEvaluations, type EvaluationComparison, type PairDifference } from './compare-evaluations.js';
export { compareGoalEvaluations, type GoalDifference, type GoalEvaluationComparison } from './compare-goals.js';
