import { type Evaluation, evaluationSchema } from './evaluation.js';
import { readResult } from './read-result.js';

/** Reads an `evaluation.json`. Throws `EvaluationUnreadableError`. */
export const readEvaluation = (file: string): Promise<Evaluation> => readResult(file, evaluationSchema);
