import type { TokenUsage } from '@codex-orch/core';
import type { Model, ModelRequest, ModelResponse } from '@openai/agents-core';
import type { Sdk } from './load-sdk.js';

/** What a role says in its turn: its answer as JSON text, or a call of one of the offered handoffs. */
export type Saying = { readonly usage: TokenUsage } & (
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'handoff'; readonly toolName: string; readonly arguments: string }
);

function toResponse({ Usage }: Sdk, saying: Saying): ModelResponse {
  const { inputTokens, cachedInputTokens, outputTokens, totalTokens } = saying.usage;
  return {
    usage: new Usage({
      requests: 1,
      inputTokens,
      outputTokens,
      totalTokens,
      inputTokensDetails: [{ cached_tokens: cachedInputTokens }],
    }),
    output: [
      saying.kind === 'message'
        ? {
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: saying.text }],
          }
        : {
            type: 'function_call',
            callId: 'handoff',
            name: saying.toolName,
            status: 'completed',
            arguments: saying.arguments,
          },
    ],
  };
}

/** An Agents SDK model that is code of ours: a real model behind a step, Codex, or a command. Runs with it are not streamed. */
export function localModel(sdk: Sdk, respond: (request: ModelRequest) => Promise<Saying>): Model {
  return {
    getResponse: async (request) => toResponse(sdk, await respond(request)),
    getStreamedResponse: () => {
      throw new TypeError('A role answers as a whole: run it without streaming.');
    },
  };
}
