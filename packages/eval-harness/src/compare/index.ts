export { compareEvaluations, type EvaluationComparison, type PairDifference } from './compare-evaluations.js';
