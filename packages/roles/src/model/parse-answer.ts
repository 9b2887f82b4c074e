import { judgeDocument, problemLine } from '@codex-orch/core';
import type { z } from 'zod';

export type ParsedAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/**
 * The JSON in a model's answer: the whole text, or its only code fence.
 *
 * Nothing is guessed: JSON in the middle of prose may be an example and not the answer.
 */
export function extractJson(text: string): ParsedAnswer<unknown> {
  const fences = [...text.matchAll(/^```(?:json)?[ \t]*\r?\n([\s\S]*?)^```[ \t]*$/gm)];
  let problem = '';
  for (const candidate of fences.length === 1 ? [text, fences[0]?.[1] ?? ''] : [text]) {
    try {
      return { ok: true, value: JSON.parse(candidate) as unknown };
    } catch (error) {
      problem = (error as Error).message;
    }
  }
  return { ok: false, problem: fences.length > 1 ? 'there is more than one code block' : `it is not JSON: ${problem}` };
}

/** Reads an answer by its schema; `problem` says what is wrong in words that the model can act on. */
export function parseAnswer<T>(schema: z.ZodType<T>, text: string): ParsedAnswer<T> {
  const json = extractJson(text);
  if (!json.ok) return json;
  const { data, problems } = judgeDocument(schema, json.value);
  return problems ? { ok: false, problem: problems.map(problemLine).join('\n') } : { ok: true, value: data };
}
