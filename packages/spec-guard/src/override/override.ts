import { z } from 'zod';

/** One entry of the override log: the data of a line whose type is `override`. Who wrote it, and when, the line says. */
export const overrideSchema = z.strictObject({
  rule: z.string().regex(/^SG\d{3}$/),
  /** The one spec that it is about; all when absent. */
  specId: z.string().min(1).optional(),
  reason: z.string().trim().min(1).max(2000),
  /** The last day on which it counts, in UTC. */
  expires: z.iso.date(),
  /** The commit, or the head of the change, that it was made for. */
  commit: z.string().optional(),
  approvers: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        email: z.string(),
        /** An armored SSH signature, namespace `codex-orch`, over {@link overrideText}. */
        signature: z.string().optional(),
      }),
    )
    .default([]),
});

export type Override = Readonly<z.infer<typeof overrideSchema>>;
