import { type Briefing, type Review, reviewSchema, type TokenUsage } from '@codex-orch/core';
import { askWithRetries } from '../model/ask-with-retries.js';
import { toJsonSchema } from '../model/json-schema.js';
import { modelSource, type RoleModelOptions } from '../model/role-model-options.js';
import { addUsage, noUsage } from '../model/token-usage.js';
import { reviewerInstructions, reviewerPrompt, type Reviewed } from '../prompts/reviewer.js';
import { usableAnswer } from '../role/usable-answer.js';

export interface ReviewDiffOptions {
  readonly model: RoleModelOptions;
  readonly briefing: Reviewed & Pick<Briefing, 'cwd'>;
  readonly signal: AbortSignal;
}

/**
 * Asks the reviewer about one of several diffs, outside of any handoff: nothing is recorded, and no gate is passed by it.
 *
 * Throws `ModelCallError`s (codes `model-…`) and the signal's reason.
 */
export async function reviewDiff({
  model,
  briefing,
  signal,
}: ReviewDiffOptions): Promise<{ readonly review: Review; readonly usage: TokenUsage }> {
  const source = modelSource(model);
  const prompt = await reviewerPrompt(briefing);
  const { value, usage } = await usableAnswer({
    role: 'reviewer',
    schema: reviewSchema,
    ask: async (correction) => {
      let spent = noUsage;
      const text = await askWithRetries(
        source,
        {
          instructions: reviewerInstructions,
          prompt,
          correction,
          format: { kind: 'json', name: 'reviewer', schema: toJsonSchema(reviewSchema) },
          cwd: briefing.cwd,
        },
        { signal, onUsage: (more) => (spent = addUsage(spent, more)) },
        model.retry,
      );
      return { text, usage: spent };
    },
  });
  return { review: value, usage };
}
