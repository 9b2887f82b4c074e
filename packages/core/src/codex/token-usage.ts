import { z } from 'zod';
import type { TokenUsage } from './driver.js';

const count = z.number().int().nonnegative();

/** {@link TokenUsage} as it is stored. */
export const tokenUsageSchema = z.strictObject({
  inputTokens: count,
  cachedInputTokens: count,
  outputTokens: count,
  totalTokens: count,
});

export const noTokens: TokenUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, totalTokens: 0 };

export const addTokens = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  totalTokens: a.totalTokens + b.totalTokens,
});
