import type { TokenUsage } from '@codex-orch/core';
import type { z } from 'zod';
import { ModelBadOutputError } from '../model/errors.js';
import type { Correction } from '../model/model-source.js';
import { parseAnswer, type ParsedAnswer } from '../model/parse-answer.js';
import { addUsage } from '../model/token-usage.js';

export interface Answer<T> {
  readonly value: T;
  readonly usage: TokenUsage;
}

export interface UsableAnswerOptions<T> {
  readonly role: 'planner' | 'reviewer';
  /** What the answer must be. */
  readonly schema: z.ZodType<T>;
  /** What is wrong with an answer that fits its schema, in words that the model can act on. */
  readonly problemWith?: ((answer: T) => string | undefined) | undefined;
  readonly ask: (correction?: Correction) => Promise<{ readonly text: string; readonly usage: TokenUsage }>;
}

/**
 * Asks for an answer by a schema. One against it, or with a problem, gets one chance of repair. One that keeps its problem is given as
 * it is: whoever asked refuses it. Throws {@link ModelBadOutputError} and what `ask` throws.
 */
export async function usableAnswer<T>({
  role,
  schema,
  problemWith = () => undefined,
  ask,
}: UsableAnswerOptions<T>): Promise<Answer<T>> {
  const problemOf = (parsed: ParsedAnswer<T>): string | undefined =>
    parsed.ok ? problemWith(parsed.value) : parsed.problem;
  const first = await ask();
  const parsed = parseAnswer(schema, first.text);
  const problem = problemOf(parsed);
  if (parsed.ok && problem === undefined) return { value: parsed.value, usage: first.usage };
  const second = await ask({
    answer: first.text,
    problem: `That answer could not be used: ${problem}\nAnswer again, with the whole JSON and nothing else.`,
  });
  const repaired = parseAnswer(schema, second.text);
  if (!repaired.ok) throw new ModelBadOutputError({ role, problem: repaired.problem, answer: second.text });
  return { value: repaired.value, usage: addUsage(first.usage, second.usage) };
}
