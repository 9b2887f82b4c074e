import type { HandoffRequest, TokenUsage } from '@codex-orch/core';
import type { Model } from '@openai/agents-core';
import type { z } from 'zod';
import { ModelBadOutputError } from '../model/errors.js';
import { toJsonSchema } from '../model/json-schema.js';
import type { Correction } from '../model/model-source.js';
import { parseAnswer, type ParsedAnswer } from '../model/parse-answer.js';
import { addUsage } from '../model/token-usage.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { localModel } from '../sdk/local-model.js';
import { askInStep, type Asker } from './durable-question.js';

export interface AskingRoleOptions<T> {
  readonly role: 'planner' | 'reviewer';
  readonly asker: Asker;
  /** What the answer must be. */
  readonly schema: z.ZodType<T>;
  /** What is wrong with an answer that fits its schema, in words that the model can act on. */
  readonly problemWith?: ((answer: T) => string | undefined) | undefined;
  readonly prompt: () => Promise<string>;
}

/**
 * The SDK model of a role whose work is to answer a question. An answer against its schema, or with a problem, gets one chance of
 * repair. One that keeps its problem is given as it is: whoever asked refuses it.
 */
export function askingRole<T>(
  sdk: Sdk,
  request: HandoffRequest,
  { role, asker, schema, problemWith = () => undefined, prompt }: AskingRoleOptions<T>,
): Model {
  const problemOf = (parsed: ParsedAnswer<T>): string | undefined =>
    parsed.ok ? problemWith(parsed.value) : parsed.problem;
  return localModel(sdk, async ({ systemInstructions = '' }) => {
    const ask = (correction?: Correction) =>
      askInStep(role, asker, request, async () => ({
        instructions: systemInstructions,
        prompt: await prompt(),
        correction,
        format: { kind: 'json', name: role, schema: toJsonSchema(schema) },
        cwd: request.briefing.cwd,
      }));
    const first = await ask();
    const parsed = parseAnswer(schema, first.text);
    const problem = problemOf(parsed);
    if (parsed.ok && problem === undefined) return say(parsed.value, first.usage);
    const second = await ask({
      answer: first.text,
      problem: `That answer could not be used: ${problem}\nAnswer again, with the whole JSON and nothing else.`,
    });
    const repaired = parseAnswer(schema, second.text);
    if (!repaired.ok) throw new ModelBadOutputError({ role, problem: repaired.problem, answer: second.text });
    return say(repaired.value, addUsage(first.usage, second.usage));
  });
}

const say = (value: unknown, usage: TokenUsage) => ({ kind: 'message', text: JSON.stringify(value), usage }) as const;
