import type { OutputItem } from './reply.js';

/** A server-sent event of the Responses API, before it gets its sequence number. */
export type ResponseEvent = Readonly<Record<string, unknown>> & { readonly type: string };

const textParts = (item: OutputItem): { type: string; text: string }[] =>
  Array.isArray(item['content']) ? (item['content'] as { type: string; text: string }[]) : [];

function* messageEvents(item: OutputItem, place: object): Generator<ResponseEvent> {
  for (const [index, part] of textParts(item).entries()) {
    if (part.type !== 'output_text') continue;
    const at = { ...place, content_index: index };
    yield { type: 'response.content_part.added', ...at, part: { ...part, text: '' } };
    yield { type: 'response.output_text.delta', ...at, delta: part.text, logprobs: [] };
    yield { type: 'response.output_text.done', ...at, text: part.text, logprobs: [] };
    yield { type: 'response.content_part.done', ...at, part };
  }
}

/** All events that announce one output item, its deltas included. */
export function* itemEvents(item: OutputItem, index: number): Generator<ResponseEvent> {
  const place = { item_id: item['id'], output_index: index };
  // Codex opens an item at `added` and attributes the deltas to it.
  if (item.type === 'message') {
    yield {
      type: 'response.output_item.added',
      output_index: index,
      item: { ...item, status: 'in_progress', content: [] },
    };
    yield* messageEvents(item, place);
  } else if (item.type === 'function_call') {
    yield {
      type: 'response.output_item.added',
      output_index: index,
      item: { ...item, status: 'in_progress', arguments: '' },
    };
    yield { type: 'response.function_call_arguments.delta', ...place, delta: item['arguments'] };
    yield { type: 'response.function_call_arguments.done', ...place, name: item['name'], arguments: item['arguments'] };
  } else {
    yield { type: 'response.output_item.added', output_index: index, item: { ...item, status: 'in_progress' } };
  }
  yield { type: 'response.output_item.done', output_index: index, item };
}
