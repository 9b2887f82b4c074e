import { z } from 'zod';
import { findingSchema } from '../code-check/code-check.js';
import { baselineSchema } from '../scenario/pair-result.js';
import type { TakenBaseline } from '../scenario/take-baseline.js';

/** A baseline with all that later comparisons need, as the cache keeps it. */
export const storedBaselineSchema = z.strictObject({
  outcomes: z.array(z.tuple([z.string(), z.enum(['passed', 'failed', 'skipped'])])),
  unstable: z.array(z.string()),
  executed: z.array(z.tuple([z.string(), z.array(z.int())])).nullable(),
  findings: z.strictObject({ lint: z.array(findingSchema).optional(), typecheck: z.array(findingSchema).optional() }),
  record: baselineSchema.omit({ preparationMs: true }),
});

type StoredBaseline = z.infer<typeof storedBaselineSchema>;

export const packBaseline = ({ outcomes, unstable, executed, findings, record }: TakenBaseline): StoredBaseline => ({
  outcomes: [...outcomes],
  unstable: [...unstable],
  executed: executed ? [...executed].map(([file, lines]) => [file, [...lines]]) : null,
  findings: {
    ...(findings.lint && { lint: [...findings.lint] }),
    ...(findings.typecheck && { typecheck: [...findings.typecheck] }),
  },
  record,
});

export const unpackBaseline = ({ outcomes, unstable, executed, findings, record }: StoredBaseline): TakenBaseline => ({
  outcomes: new Map(outcomes),
  unstable: new Set(unstable),
  executed: executed ? new Map(executed.map(([file, lines]) => [file, new Set(lines)])) : undefined,
  findings: {
    ...(findings.lint && { lint: findings.lint }),
    ...(findings.typecheck && { typecheck: findings.typecheck }),
  },
  record,
});
