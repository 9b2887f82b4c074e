import type { OutputItem, Reply } from './reply.js';

type Response = Extract<Reply, { kind: 'response' }>;

export const itemsOf = (reply: Response): OutputItem[] =>
  reply.acts.flatMap((act) => ('item' in act ? [act.item] : []));

/** The `response` object of the Responses API in one of its states. */
export function responseObject(
  reply: Response,
  status: string,
  output: readonly OutputItem[],
): Record<string, unknown> {
  const { usage } = reply;
  return {
    id: reply.id,
    object: 'response',
    // Constant, so that two runs of one script give the same bytes.
    created_at: 0,
    status,
    model: reply.model,
    output,
    error: reply.end?.error ?? null,
    incomplete_details: reply.end?.details ?? null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    usage:
      status === 'in_progress'
        ? null
        : {
            input_tokens: usage.input,
            input_tokens_details: { cached_tokens: usage.cachedInput },
            output_tokens: usage.output,
            output_tokens_details: { reasoning_tokens: usage.reasoning },
            total_tokens: usage.input + usage.output,
          },
  };
}
