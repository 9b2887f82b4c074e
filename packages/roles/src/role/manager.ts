import type { Handoff, HandoffChoice, HandoffRequest, TokenUsage } from '@codex-orch/core';
import type { Model } from '@openai/agents-core';
import { z } from 'zod';
import type { Choice, Correction } from '../model/model-source.js';
import { parseAnswer } from '../model/parse-answer.js';
import { addUsage, noUsage } from '../model/token-usage.js';
import { managerPrompt } from '../prompts/manager.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { localModel } from '../sdk/local-model.js';
import { HandoffIllegalError } from '../team/errors.js';
import { askInStep, type Asker } from './durable-question.js';

export const handoffPrefix = 'transfer_to_';

interface Decision {
  readonly handoff: string;
  readonly reason: string;
  readonly usage: TokenUsage;
}

/** Asks the model to choose; a choice that was not offered gets one correction. */
async function decide(
  request: HandoffRequest,
  asker: Asker,
  instructions: string,
  choices: readonly Choice[],
): Promise<Decision> {
  const legal = choices.map(({ name }) => name);
  const schema = z.object({ handoff: z.enum(legal), reason: z.string().min(1) });
  let usage = noUsage;
  let correction: Correction | undefined;
  for (;;) {
    const answer = await askInStep('manager', asker, request, () =>
      Promise.resolve({
        instructions,
        prompt: managerPrompt(request.briefing),
        correction,
        format: { kind: 'handoff', choices },
        cwd: request.briefing.cwd,
      }),
    );
    usage = addUsage(usage, answer.usage);
    const parsed = parseAnswer(schema, answer.text);
    if (parsed.ok) return { ...parsed.value, usage };
    if (correction) throw new HandoffIllegalError({ answer: answer.text, legal });
    correction = {
      answer: answer.text,
      problem: `That is no possible handoff: ${parsed.problem}\nTake exactly one of: ${legal.join(', ')}.`,
    };
  }
}

/** The manager's SDK model: it asks a real model only where there is something to choose. */
export function managerModel(
  sdk: Sdk,
  request: HandoffRequest,
  asker: Asker,
  onRouted: (choice: HandoffChoice) => Promise<void>,
): Model {
  return localModel(sdk, async ({ systemInstructions = '', handoffs }) => {
    const [only, ...others] = handoffs;
    if (!only) throw new HandoffIllegalError({ answer: '', legal: [] });
    const call = (handoff: string, reason: string, usage: TokenUsage) =>
      ({
        kind: 'handoff',
        toolName: `${handoffPrefix}${handoff}`,
        arguments: JSON.stringify({ reason }),
        usage,
      }) as const;
    const choices = handoffs.map(({ toolName, toolDescription }) => ({
      name: toolName.slice(handoffPrefix.length),
      description: toolDescription,
    }));
    if (others.length === 0) {
      const role = only.toolName.slice(handoffPrefix.length) as Handoff;
      await onRouted({ role, chosenBy: 'only-legal', reason: undefined });
      return call(role, 'It is the only possible handoff.', noUsage);
    }
    const { handoff, reason, usage } = await decide(request, asker, systemInstructions, choices);
    await onRouted({ role: handoff as Handoff, chosenBy: 'manager', reason });
    return call(handoff, reason, usage);
  });
}
