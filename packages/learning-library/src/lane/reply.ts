import { z } from 'zod';

const decline = z.object({
  asset: z.string(),
  reason: z.string(),
  message: z.string(),
  line: z.int(),
  column: z.int(),
});

const described = z.object({
  id: z.string(),
  hasTransform: z.boolean(),
  codemod: z.object({ id: z.string(), prefilter: z.array(z.string()), hasSurvey: z.boolean() }).optional(),
});

/** What a lane may say. It runs code of others, so nothing of it is believed unread. */
export const replySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), assets: z.array(described) }),
  z.object({ type: z.literal('broken'), asset: z.string(), message: z.string() }),
  z.object({ type: z.literal('taken') }),
  z.object({ type: z.literal('surveyed'), asset: z.string(), options: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('survey-threw'), asset: z.string(), message: z.string() }),
  z.object({
    type: z.literal('result'),
    path: z.string(),
    changed: z.boolean(),
    changes: z.array(z.object({ asset: z.string(), changes: z.int() })),
    declined: z.array(decline),
    reports: z.array(z.object({ asset: z.string(), message: z.string() })),
    stats: z.record(z.string(), z.number()),
    failure: z.object({ asset: z.string(), code: z.enum(['threw', 'output-broken']), message: z.string() }).optional(),
  }),
]);

export type Reply = z.infer<typeof replySchema>;

/** What the module of an asset exports. */
export type DescribedAsset = Readonly<z.infer<typeof described>>;

/** A place that a codemod left alone because it could not be sure. Line and column from 1. */
export type Declined = Readonly<z.infer<typeof decline>>;
