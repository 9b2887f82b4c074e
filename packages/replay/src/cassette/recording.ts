import { z } from 'zod';

/** An item of a transcript as a fingerprint sees it: without ids, times and other things that change from run to run. */
export const recordedItemSchema = z.union([
  z.strictObject({ role: z.string(), text: z.string() }),
  /** `n`: the calls of a transcript are counted from 1; their ids are random. */
  z.strictObject({ call: z.string(), n: z.number().int(), input: z.string() }),
  z.strictObject({ output: z.number().int(), text: z.string() }),
  z.strictObject({ other: z.string() }),
]);

/** A request as a fingerprint sees it. */
export const recordedRequestSchema = z.strictObject({
  client: z.enum(['codex', 'other']),
  model: z.string(),
  /** How the instructions begin; empty for Codex, whose instructions change with its version. */
  agent: z.string(),
  /** Hash of the instructions and the tools' names; empty for Codex. */
  setUp: z.string(),
  /** Name of the output format. */
  format: z.string(),
  items: z.array(recordedItemSchema),
});

const output = z.looseObject({ type: z.string() });

/** What the provider answered. Deltas are not kept: they are made again from the items. */
export const recordedResponseSchema = z.union([
  z.strictObject({
    id: z.string(),
    model: z.string(),
    output: z.array(output),
    usage: z.strictObject({ input: z.number(), cachedInput: z.number(), output: z.number(), reasoning: z.number() }),
    end: z
      .strictObject({
        status: z.enum(['failed', 'incomplete']),
        error: z.json().optional(),
        details: z.json().optional(),
      })
      .optional(),
    /** The provider's stream broke after these items. */
    cut: z.literal(true).optional(),
  }),
  z.strictObject({ status: z.number().int(), error: z.record(z.string(), z.json()) }),
]);

/** One exchange of a recording. Entries are numbered by the order in which the requests came. */
export const recordedEntrySchema = z.strictObject({
  entry: z.number().int().positive(),
  request: recordedRequestSchema,
  response: recordedResponseSchema,
});

export type RecordedItem = Readonly<z.infer<typeof recordedItemSchema>>;
export type RecordedRequest = Readonly<z.infer<typeof recordedRequestSchema>>;
export type RecordedResponse = Readonly<z.infer<typeof recordedResponseSchema>>;
/** One exchange of a recording. */
export type RecordedEntry = Readonly<z.infer<typeof recordedEntrySchema>>;
