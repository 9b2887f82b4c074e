import { readFile } from 'node:fs/promises';
import { readJson } from '@codex-orch/core';
import type { z } from 'zod';
import { EvaluationUnreadableError } from './errors.js';

/** Reads what an evaluation left. Throws {@link EvaluationUnreadableError}. */
export async function readResult<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new EvaluationUnreadableError(file, error instanceof Error ? error.message : String(error), error);
  });
  const { data, problems } = readJson(text, schema);
  if (problems) throw new EvaluationUnreadableError(file, problems);
  return data;
}
