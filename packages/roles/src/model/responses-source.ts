import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { abortableBody } from './abortable-body.js';
import { CallLimit, type CallLimits } from './call-limit.js';
import { ModelCallError, ModelFailedError, ModelNoAnswerError, ModelUnreachableError } from './errors.js';
import type { AnswerFormat, AskOptions, ModelSource } from './model-source.js';
import { httpFailure, streamFailure } from './responses-failure.js';
import {
  parseFailureBody,
  parseResponsesEvent,
  type ResponsesEvent,
  type ResponsesItem,
  type ResponsesUsage,
  toHandoffAnswer,
  toResponsesRequest,
} from './responses-wire.js';
import { serverSentData } from './server-sent-events.js';

export interface ResponsesSourceOptions extends CallLimits {
  /** Where the API lives, e.g. `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
}

const urlSchema = z.url({ protocol: /^https?$/, error: 'is no http or https URL' });

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${(cause as NodeJS.ErrnoException).code ?? cause.message}` : message;
};

const answerOf = (model: string, items: readonly ResponsesItem[], format: AnswerFormat): string => {
  let text = '';
  for (const item of items) {
    if (item.type === 'function_call' && format.kind === 'handoff') return toHandoffAnswer(item);
    if (item.type !== 'message') continue;
    for (const part of item.content) {
      if (part.refusal) throw new ModelNoAnswerError({ model, detail: `it refused: ${part.refusal}` });
      text += part.text ?? '';
    }
  }
  if (text === '') throw new ModelNoAnswerError({ model, detail: 'the response is empty.' });
  return text;
};

/** Asks a model through the OpenAI Responses API, with nothing but `fetch`. */
export class ResponsesSource implements ModelSource {
  readonly name: string;
  readonly #options: ResponsesSourceOptions;
  readonly #url: string;

  /** Throws a `ZodError` when `baseUrl` is not an http or https URL. */
  constructor(options: ResponsesSourceOptions) {
    this.#options = options;
    this.#url = `${urlSchema.parse(options.baseUrl).replace(/\/+$/, '')}/responses`;
    this.name = `Model "${options.model}" at ${new URL(this.#url).host}`;
  }

  async ask(question: Parameters<ModelSource['ask']>[0], { attempt, signal, onUsage }: AskOptions): Promise<string> {
    const { timeoutMs, idleTimeoutMs = 240_000 } = this.#options;
    using limit = new CallLimit(this.name, signal, { timeoutMs, idleTimeoutMs });
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.#options.apiKey}`,
          'content-type': 'application/json',
          accept: 'text/event-stream',
          // OpenAI's own clients say it this way when they ask again.
          'x-stainless-retry-count': String(attempt - 1),
        },
        body: JSON.stringify(toResponsesRequest(this.#options.model, question)),
        // A redirect would carry the prompt to a host that nobody configured.
        redirect: 'error',
        signal: limit.signal,
      });
      limit.heard();
      const body = response.body && abortableBody(response.body, limit.signal);
      if (!response.ok) {
        const said = parseFailureBody(this.#withoutKey(body ? await text(body) : ''));
        throw httpFailure(this.name, response.status, response.headers, said);
      }
      if (!body) throw new ModelFailedError({ model: this.name, detail: 'the response has no body.', retryable: true });
      return answerOf(this.name, await this.#read(body, limit, onUsage), question.format);
    } catch (error) {
      signal.throwIfAborted();
      if (limit.expired) throw limit.expired;
      if (error instanceof ModelCallError) throw error;
      throw new ModelUnreachableError({ model: this.name, detail: `${reasonOf(error)}.`, cause: error });
    }
  }

  /** Reads the stream to its end. A stream without a final event is no answer, however much of it arrived. */
  async #read(
    body: AsyncIterable<Uint8Array>,
    limit: CallLimit,
    onUsage: AskOptions['onUsage'],
  ): Promise<readonly ResponsesItem[]> {
    const items: ResponsesItem[] = [];
    for await (const data of serverSentData(body)) {
      limit.heard();
      const event = this.#parse(data);
      if (!event) continue;
      if (event.type === 'response.output_item.done') items.push(event.item);
      else if (event.type === 'error') throw streamFailure(this.name, event.error ?? event);
      else {
        if (event.response.usage) onUsage(toUsage(event.response.usage));
        if (event.type === 'response.completed') return items.length > 0 ? items : (event.response.output ?? []);
        if (event.type === 'response.failed') throw streamFailure(this.name, event.response.error ?? {});
        throw new ModelNoAnswerError({
          model: this.name,
          detail: `it stopped early: ${event.response.incomplete_details?.reason ?? 'no reason given'}.`,
        });
      }
    }
    throw new ModelUnreachableError({ model: this.name, detail: 'the stream ended before the answer was complete.' });
  }

  #parse(data: string): ResponsesEvent | undefined {
    try {
      return data === '[DONE]' ? undefined : parseResponsesEvent(data);
    } catch {
      throw new ModelFailedError({
        model: this.name,
        detail: `malformed event in the stream: ${this.#withoutKey(data).slice(0, 200)}`,
        retryable: true,
      });
    }
  }

  #withoutKey(text: string): string {
    return this.#options.apiKey === '' ? text : text.replaceAll(this.#options.apiKey, '***');
  }
}

const toUsage = (usage: ResponsesUsage) => ({
  inputTokens: usage.input_tokens,
  cachedInputTokens: usage.input_tokens_details?.cached_tokens ?? 0,
  outputTokens: usage.output_tokens,
  totalTokens: usage.total_tokens,
});
