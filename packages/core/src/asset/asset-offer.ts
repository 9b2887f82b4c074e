import { z } from 'zod';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes, at most 64');

/** A codemod or template that a plan may use for a subtask. */
export const assetOfferSchema = z.strictObject({
  id,
  version: z.string().min(1).max(64),
  kind: z.enum(['codemod', 'template']),
  title: z.string().min(1).max(200),
  /** In which case it is the right one, for whoever plans. */
  whenToUse: z.string().min(1).max(1000),
  /** JSON Schema of the options. */
  optionsSchema: z.record(z.string(), z.json()),
  risk: z.enum(['low', 'medium', 'high']),
  /** Of everything that decides what it does. */
  digest,
});

/** An asset as a plan uses it: this very version, bound by its digest. */
export const assetUseSchema = z.strictObject({
  id,
  version: z.string().min(1).max(64),
  digest,
  options: z.record(z.string(), z.json()),
});

export type AssetOffer = Readonly<z.infer<typeof assetOfferSchema>>;
export type AssetUse = Readonly<z.infer<typeof assetUseSchema>>;

/** How many assets a planner is offered at most: it reads them with every plan. */
export const maxOffers = 12;
