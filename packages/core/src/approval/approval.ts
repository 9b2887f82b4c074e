import { z } from 'zod';

/** A decision of someone about exactly one content. Never a flag: without the digest it approves nothing. */
export const approvalSchema = z.strictObject({
  subject: z.strictObject({
    kind: z.enum(['diff', 'elevation', 'spec', 'plan', 'asset']),
    id: z.string().min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  decision: z.enum(['approved', 'rejected']),
  by: z.strictObject({
    /** Only `human` satisfies a human gate. */
    actor: z.enum(['human', 'policy', 'agent']),
    name: z.string().min(1),
    email: z.string(),
  }),
  at: z.iso.datetime(),
  /** Where the decision was made, e.g. `cli`. */
  channel: z.string().min(1),
  justification: z.string(),
  /**
   * An armored SSH signature, namespace `codex-orch`, over the canonical JSON (RFC 8785) of the record without this field: keys in
   * order, no white space, no newline at the end.
   */
  signature: z.string().optional(),
});

export type Approval = Readonly<z.infer<typeof approvalSchema>>;
