import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EvaluationUnreadableError } from '../evaluation/errors.js';
import { type GoalEvaluation, goalEvaluationSchema } from './goal-evaluation.js';

/** Reads a `goals.json`. Throws {@link EvaluationUnreadableError}. */
export async function readGoalEvaluation(file: string): Promise<GoalEvaluation> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new EvaluationUnreadableError(file, error instanceof Error ? error.message : String(error), error);
  }
  const parsed = goalEvaluationSchema.safeParse(data);
  if (!parsed.success) throw new EvaluationUnreadableError(file, z.prettifyError(parsed.error));
  return parsed.data;
}
