import type { TokenUsage } from '@codex-orch/core';
import { z } from 'zod';

/** Token counts as Codex's events and session files spell them. */
export const reportedTokensSchema = z
  .object({
    input_tokens: z.number(),
    cached_input_tokens: z.number(),
    output_tokens: z.number(),
    total_tokens: z.number().optional(),
  })
  .transform((tokens): TokenUsage => ({
    inputTokens: tokens.input_tokens,
    cachedInputTokens: tokens.cached_input_tokens,
    outputTokens: tokens.output_tokens,
    totalTokens: tokens.total_tokens ?? tokens.input_tokens + tokens.output_tokens,
  }));
