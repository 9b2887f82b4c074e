import { z } from 'zod';
import { baselineSchema } from '../scenario/pair-result.js';
import type { TakenBaseline } from '../scenario/take-baseline.js';

/** A baseline with all that later comparisons need, as the cache keeps it. */
export const storedBaselineSchema = z.strictObject({
  outcomes: z.array(z.tuple([z.string(), z.enum(['passed', 'failed', 'skipped'])])),
  unstable: z.array(z.string()),
  executed: z.array(z.tuple([z.string(), z.array(z.int())])).nullable(),
  record: baselineSchema.omit({ preparationMs: true }),
});

type StoredBaseline = z.infer<typeof storedBaselineSchema>;

export const packBaseline = ({ outcomes, unstable, executed, record }: TakenBaseline): StoredBaseline => ({
  outcomes: [...outcomes],
  unstable: [...unstable],
  executed: executed ? [...executed].map(([file, lines]) => [file, [...lines]]) : null,
  record,
});

export const unpackBaseline = ({ outcomes, unstable, executed, record }: StoredBaseline): TakenBaseline => ({
  outcomes: new Map(outcomes),
  unstable: new Set(unstable),
  executed: executed ? new Map(executed.map(([file, lines]) => [file, new Set(lines)])) : undefined,
  record,
});
