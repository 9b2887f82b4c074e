import type { HandoffRequest, TokenUsage } from '@codex-orch/core';
import { askWithRetries, type RetryPolicy } from '../model/ask-with-retries.js';
import type { ModelSource, Question } from '../model/model-source.js';
import { addUsage, noUsage } from '../model/token-usage.js';

/** The roles that ask a model. */
export type AskingRole = 'manager' | 'planner' | 'reviewer';

export interface Asker {
  readonly source: ModelSource;
  readonly retry: RetryPolicy | undefined;
}

/** What is recorded of a model call: plain JSON. */
interface RecordedAnswer {
  readonly text: string;
  readonly usage: { readonly [K in keyof TokenUsage]: number };
}

/**
 * Asks in a step: on replay the recorded answer comes back and no model is asked.
 *
 * The question is put together inside the step too, so that a replay reads neither diff nor files.
 */
export async function askInStep(
  role: AskingRole,
  { source, retry }: Asker,
  { ctx, spend }: Pick<HandoffRequest, 'ctx' | 'spend'>,
  compose: () => Promise<Question>,
): Promise<{ readonly text: string; readonly usage: TokenUsage }> {
  const answer = await ctx.step<{ [K in keyof RecordedAnswer]: RecordedAnswer[K] }>(`${role}.model`, async (step) => {
    let usage = noUsage;
    try {
      const text = await askWithRetries(
        source,
        await compose(),
        {
          signal: AbortSignal.any([step.signal, ctx.signal]),
          onUsage: (more) => {
            usage = addUsage(usage, more);
          },
        },
        retry,
      );
      return { text, usage: { ...usage } };
    } catch (error) {
      // Nothing is recorded of a failed call, but it may have cost tokens.
      if (usage.totalTokens > 0) spend(role, usage);
      throw error;
    }
  });
  spend(role, answer.usage);
  return answer;
}
