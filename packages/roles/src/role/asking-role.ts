import type { HandoffRequest } from '@codex-orch/core';
import type { Model } from '@openai/agents-core';
import { toJsonSchema } from '../model/json-schema.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { localModel } from '../sdk/local-model.js';
import { askInStep, type Asker } from './durable-question.js';
import { usableAnswer, type UsableAnswerOptions } from './usable-answer.js';

export interface AskingRoleOptions<T> extends Omit<UsableAnswerOptions<T>, 'ask'> {
  readonly asker: Asker;
  readonly prompt: () => Promise<string>;
}

/** The SDK model of a role whose work is to answer a question. */
export function askingRole<T>(
  sdk: Sdk,
  request: HandoffRequest,
  { asker, prompt, ...wanted }: AskingRoleOptions<T>,
): Model {
  const { role, schema } = wanted;
  return localModel(sdk, async ({ systemInstructions = '' }) => {
    const { value, usage } = await usableAnswer({
      ...wanted,
      ask: (correction) =>
        askInStep(role, asker, request, async () => ({
          instructions: systemInstructions,
          prompt: await prompt(),
          correction,
          format: { kind: 'json', name: role, schema: toJsonSchema(schema) },
          cwd: request.briefing.cwd,
        })),
    });
    return { kind: 'message', text: JSON.stringify(value), usage };
  });
}
