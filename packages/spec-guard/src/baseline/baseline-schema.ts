import { z } from 'zod';

/** `tasks/guard-baseline.json`: what was wrong when the guard was adopted. It only ever gets smaller. */
export const baselineSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  findings: z.array(
    z.strictObject({
      fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
      code: z.string().regex(/^SG\d{3}$/),
      /** For people; the fingerprint alone counts. */
      path: z.string(),
      message: z.string(),
    }),
  ),
});

export type Baseline = Readonly<z.infer<typeof baselineSchema>>;
