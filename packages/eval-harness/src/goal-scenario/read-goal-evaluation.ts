import { readResult } from '../evaluation/read-result.js';
import { type GoalEvaluation, goalEvaluationSchema } from './goal-evaluation.js';

/** Reads a `goals.json`. Throws `EvaluationUnreadableError`. */
export const readGoalEvaluation = (file: string): Promise<GoalEvaluation> => readResult(file, goalEvaluationSchema);
