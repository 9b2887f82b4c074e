export { EvaluationChangedError, EvaluationIdError, EvaluationUnreadableError } from './errors.js';
export { type Evaluation, evaluationSchema } from './evaluation.js';
export type { EvaluationEvent, EvaluationOptions } from './options.js';
export { type BegunEvaluation, evaluationBegunIn } from './plan.js';
export { readEvaluation } from './read-evaluation.js';
export { runEvaluation } from './run-evaluation.js';
