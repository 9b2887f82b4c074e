import { createHash } from 'node:crypto';
import { z } from 'zod';
import { approvalSchema } from '../approval/approval.js';
import { limitsSchema } from '../goal/events.js';
import { canonicalJson } from '../signature/canonical-json.js';
import { goalIdSchema } from './goals-file.js';

/** All of a plan that an approval is bound to, so that whoever has only this can tell what was approved. */
export const signedPlanSchema = z.strictObject({
  concurrency: z.number().int().positive(),
  goals: z.array(
    z.strictObject({
      order: z.number().int().positive(),
      id: goalIdSchema,
      goal: z.string(),
      task: z.string().nullable(),
      mode: z.enum(['local', 'cloud']),
      why: z.string(),
      lane: z.number().int().positive().nullable(),
      environment: z.string().nullable(),
      attempts: z.number().int().positive(),
      sandbox: z.string().nullable(),
      approvalPolicy: z.string().nullable(),
      budget: limitsSchema,
      after: z.array(goalIdSchema),
    }),
  ),
});

export type SignedPlan = Readonly<z.infer<typeof signedPlanSchema>>;

/** What an approval of a plan names; in hexadecimal. */
export const planDigest = ({ concurrency, goals }: { readonly concurrency: number; readonly goals: unknown }): string =>
  createHash('sha256')
    .update(canonicalJson({ schemaVersion: 1, concurrency, goals }))
    .digest('hex');

/**
 * What goals in Codex Cloud need that another machine works on than the one that submitted them: the login that their tasks are to belong
 * to, and a human's approval together with all that it is about.
 */
export const cloudSignOffSchema = z.strictObject({
  /** Names an account without telling which it is. */
  account: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256'),
  approval: approvalSchema,
  plan: signedPlanSchema,
});
