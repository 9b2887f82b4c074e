import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EvaluationUnreadableError } from './errors.js';
import { type Evaluation, evaluationSchema } from './evaluation.js';

/** Reads an `evaluation.json`. Throws {@link EvaluationUnreadableError}. */
export async function readEvaluation(file: string): Promise<Evaluation> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new EvaluationUnreadableError(file, error instanceof Error ? error.message : String(error), error);
  }
  const parsed = evaluationSchema.safeParse(data);
  if (!parsed.success) throw new EvaluationUnreadableError(file, z.prettifyError(parsed.error));
  return parsed.data;
}
