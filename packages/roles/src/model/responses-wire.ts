import { z } from 'zod';
import type { Choice, Question } from './model-source.js';

// The OpenAI Responses API, as far as it is used here: https://platform.openai.com/docs/api-reference/responses

const count = z.number().int().nonnegative();

const usageSchema = z.object({
  input_tokens: count,
  input_tokens_details: z.object({ cached_tokens: count.optional() }).nullish(),
  output_tokens: count,
  total_tokens: count,
});

const itemSchema = z.union([
  z.object({
    type: z.literal('message'),
    content: z.array(z.object({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() })),
  }),
  z.object({ type: z.literal('function_call'), name: z.string(), arguments: z.string() }),
  z
    .object({ type: z.string().refine((type) => type !== 'message' && type !== 'function_call') })
    .transform(() => ({ type: 'other' as const })),
]);

const failureSchema = z.object({ code: z.string().nullish(), message: z.string().nullish() });

const responseSchema = z.object({
  output: z.array(itemSchema).nullish(),
  usage: usageSchema.nullish(),
  error: failureSchema.nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
});

const eventSchema = z.union([
  z.object({ type: z.literal('response.output_item.done'), item: itemSchema }),
  z.object({
    type: z.enum(['response.completed', 'response.failed', 'response.incomplete']),
    response: responseSchema,
  }),
  z.object({ type: z.literal('error'), error: failureSchema.nullish(), ...failureSchema.shape }),
]);

const named = z.object({ type: z.string() });
const known: ReadonlySet<string> = new Set([
  'response.output_item.done',
  'response.completed',
  'response.failed',
  'response.incomplete',
  'error',
]);

export type ResponsesItem = z.infer<typeof itemSchema>;
export type ResponsesEvent = z.infer<typeof eventSchema>;
export type ResponsesUsage = z.infer<typeof usageSchema>;
export type ResponsesFailure = z.infer<typeof failureSchema>;

/** Reads one event of the stream; undefined for those that do not matter here. Throws when it is malformed. */
export function parseResponsesEvent(data: string): ResponsesEvent | undefined {
  const json: unknown = JSON.parse(data);
  return known.has(named.parse(json).type) ? eventSchema.parse(json) : undefined;
}

/** What is wrong, from the body of an HTTP error. */
export function parseFailureBody(body: string): ResponsesFailure {
  try {
    return z.object({ error: failureSchema }).parse(JSON.parse(body)).error;
  } catch {
    return { message: body.trim() };
  }
}

const message = (role: 'user' | 'assistant', text: string) => ({
  type: 'message',
  role,
  content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }],
});

const toolPrefix = 'transfer_to_';

// What the Agents SDK makes of a handoff, so that a model sees what it was trained on.
const handoffTool = ({ name, description }: Choice) => ({
  type: 'function',
  name: `${toolPrefix}${name}`,
  description,
  parameters: {
    type: 'object',
    properties: { reason: { type: 'string' } },
    required: ['reason'],
    additionalProperties: false,
  },
  strict: true,
});

/** A function call as the answer to a handoff; what it says is not judged here. */
export function toHandoffAnswer(call: { readonly name: string; readonly arguments: string }): string {
  const handoff = call.name.startsWith(toolPrefix) ? call.name.slice(toolPrefix.length) : call.name;
  let parsed: { readonly reason?: unknown } | null = null;
  try {
    parsed = JSON.parse(call.arguments) as { readonly reason?: unknown } | null;
  } catch {
    // Without a reason it fails its schema, and whoever asked says so.
  }
  return JSON.stringify({ handoff, reason: parsed?.reason });
}

/** The body of a request. Nothing is stored at the provider. */
export function toResponsesRequest(
  model: string,
  { instructions, prompt, correction, format }: Question,
): Record<string, unknown> {
  return {
    model,
    instructions,
    input: [
      message('user', prompt),
      ...(correction
        ? [
            ...(correction.answer === '' ? [] : [message('assistant', correction.answer)]),
            message('user', correction.problem),
          ]
        : []),
    ],
    ...(format.kind === 'json'
      ? { text: { format: { type: 'json_schema', name: format.name, strict: true, schema: format.schema } } }
      : { tools: format.choices.map(handoffTool), tool_choice: 'required', parallel_tool_calls: false }),
    // Streamed, because only in a stream can a stall be told from long thinking before the whole time limit is used up.
    stream: true,
    store: false,
  };
}
