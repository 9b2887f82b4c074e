import type { Usage } from '@codex-orch/core';
import type { AttemptResult } from './attempt-result.js';
import type { GoalVariant } from './goal-scenario.js';

type Tokens = Pick<Usage, 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>;

/** What tokens cost; null where nobody said what one costs. Cached input is a part of the input. */
export function costOf(
  { inputTokens, cachedInputTokens, outputTokens }: Tokens,
  price: GoalVariant['price'],
): AttemptResult['cost'] {
  if (!price) return null;
  const { currency, inputPerMillion, cachedInputPerMillion = inputPerMillion, outputPerMillion } = price;
  const amount =
    (inputTokens - cachedInputTokens) * inputPerMillion +
    cachedInputTokens * cachedInputPerMillion +
    outputTokens * outputPerMillion;
  return { amount: amount / 1_000_000, currency };
}
