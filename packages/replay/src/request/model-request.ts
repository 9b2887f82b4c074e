import { z } from 'zod';

const contentPart = z.looseObject({ type: z.string().optional(), text: z.string().optional() });

/** An item of a transcript, as far as the stand-in looks at it. */
const itemSchema = z.looseObject({
  type: z.string().optional(),
  id: z.string().nullish(),
  role: z.string().optional(),
  content: z.union([z.string(), z.array(contentPart)]).nullish(),
  call_id: z.string().optional(),
  name: z.string().optional(),
  arguments: z.string().optional(),
  input: z.string().optional(),
});

const toolSchema = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  parameters: z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }).nullish(),
});

const bodySchema = z.looseObject({
  model: z.string().optional(),
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(itemSchema)]).default([]),
  tools: z.array(toolSchema).nullish(),
  stream: z.boolean().nullish(),
  prompt_cache_key: z.string().nullish(),
  client_metadata: z.record(z.string(), z.unknown()).nullish(),
  text: z.looseObject({ format: z.looseObject({ type: z.string(), name: z.string().optional() }).nullish() }).nullish(),
});

export type TranscriptItem = z.infer<typeof itemSchema>;
export type OfferedTool = z.infer<typeof toolSchema>;

/** One request to `POST /v1/responses`, in the parts the stand-in cares about. */
export interface ModelRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly instructions: string;
  readonly items: readonly TranscriptItem[];
  readonly tools: readonly OfferedTool[];
  /** The name or type of the format the answer is held to. */
  readonly format: string | undefined;
  /** Whether it comes from Codex; other clients say who they are in `instructions`. */
  readonly fromCodex: boolean;
  /** The same for every request of one thread, where the client says so. */
  readonly threadKey: string | undefined;
}

/** Code-mode models get their tools as the first item of the transcript. */
const toolsInTranscript = (items: readonly TranscriptItem[]): OfferedTool[] =>
  items.flatMap((item) =>
    item.type === 'additional_tools' ? (z.array(toolSchema).safeParse(item['tools']).data ?? []) : [],
  );

/** Reads a request body. Throws a `ZodError` when it is not a Responses request. */
export function parseModelRequest(body: unknown): ModelRequest {
  const parsed = bodySchema.parse(body);
  const items =
    typeof parsed.input === 'string' ? [{ type: 'message', role: 'user', content: parsed.input }] : parsed.input;
  return {
    model: parsed.model ?? '',
    stream: parsed.stream ?? false,
    instructions: parsed.instructions ?? '',
    items,
    tools: [...(parsed.tools ?? []), ...toolsInTranscript(items)],
    format: parsed.text?.format?.name ?? parsed.text?.format?.type,
    fromCodex:
      parsed.client_metadata?.['x-codex-installation-id'] !== undefined ||
      items.some((item) => /<environment_context>/.test(textOf(item))),
    threadKey: parsed.prompt_cache_key ?? undefined,
  };
}

/** The text of a message item; empty for other items. */
export function textOf(item: TranscriptItem): string {
  if (typeof item.content === 'string') return item.content;
  return (item.content ?? []).map((part) => part.text ?? '').join('\n');
}
