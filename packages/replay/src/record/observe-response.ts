import { z } from 'zod';
import type { RecordedResponse } from '../cassette/recording.js';
import { SseReader } from './sse-reader.js';

const item = z.looseObject({ type: z.string() });

const usageSchema = z.looseObject({
  input_tokens: z.number().default(0),
  input_tokens_details: z.looseObject({ cached_tokens: z.number().default(0) }).nullish(),
  output_tokens: z.number().default(0),
  output_tokens_details: z.looseObject({ reasoning_tokens: z.number().default(0) }).nullish(),
});

const responseSchema = z.looseObject({
  id: z.string().default('resp'),
  model: z.string().default(''),
  status: z.string().nullish(),
  output: z.array(item).nullish(),
  usage: usageSchema.nullish(),
  error: z.json().optional(),
  incomplete_details: z.json().optional(),
});

/** What a reasoning item carries is sealed by the provider: useless to a stand-in, and nobody can check it for secrets. */
const withoutSealedParts = (items: readonly z.infer<typeof item>[]) =>
  items.map(
    (entry) =>
      (entry.type === 'reasoning'
        ? Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'encrypted_content'))
        : entry) as z.infer<typeof item>,
  );

function recorded(value: unknown, streamed: readonly z.infer<typeof item>[]): RecordedResponse {
  const response = responseSchema.parse(value);
  const { status, usage } = response;
  return {
    id: response.id,
    model: response.model,
    // Some providers leave `output` of a streamed response empty; the items that were sent are the truth.
    output: withoutSealedParts(streamed.length > 0 ? streamed : (response.output ?? [])),
    usage: {
      input: usage?.input_tokens ?? 0,
      cachedInput: usage?.input_tokens_details?.cached_tokens ?? 0,
      output: usage?.output_tokens ?? 0,
      reasoning: usage?.output_tokens_details?.reasoning_tokens ?? 0,
    },
    ...(status === 'failed' || status === 'incomplete'
      ? { end: { status, error: response.error ?? null, details: response.incomplete_details ?? null } }
      : {}),
  };
}

/** Watches a response go by, and says what to record of it. */
export class ResponseObserver {
  readonly #status: number;
  readonly #sse: SseReader | undefined;
  readonly #body: Uint8Array[] = [];
  readonly #items: z.infer<typeof item>[] = [];
  #started: unknown;
  #ended: unknown;

  constructor(status: number, contentType: string) {
    this.#status = status;
    this.#sse = contentType.includes('text/event-stream') ? new SseReader() : undefined;
  }

  push(chunk: Uint8Array): void {
    if (this.#sse === undefined) {
      this.#body.push(chunk);
      return;
    }
    for (const event of this.#sse.push(chunk)) {
      if (event['type'] === 'response.created') this.#started = event['response'];
      if (event['type'] === 'response.output_item.done') this.#items.push(item.parse(event['item']));
      if (
        event['type'] === 'response.completed' ||
        event['type'] === 'response.failed' ||
        event['type'] === 'response.incomplete'
      )
        this.#ended = event['response'];
      if (event['type'] === 'error')
        this.#ended = {
          ...(this.#started as object | undefined),
          status: 'failed',
          error: event['error'] ?? { message: event['message'], code: event['code'] },
        };
    }
  }

  /** What came, once the stream has ended. Throws a `ZodError` when it was no Responses answer. */
  result(): RecordedResponse {
    if (this.#sse !== undefined && this.#status < 400) {
      return this.#ended === undefined
        ? { ...recorded(this.#started ?? {}, this.#items), cut: true }
        : recorded(this.#ended, this.#items);
    }
    const text = Buffer.concat(this.#body).toString('utf8');
    const body = parseJson(text);
    if (this.#status < 400) return recorded(body, []);
    const error = z.object({ error: z.record(z.string(), z.json()) }).safeParse(body);
    return {
      status: this.#status,
      error: error.success ? error.data.error : { message: text, type: 'upstream', param: null, code: null },
    };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
