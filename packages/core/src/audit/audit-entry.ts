import { z } from 'zod';

/** What a person, a policy or the program did that somebody may ask about later. */
const auditActions = [
  'approve',
  'reject',
  'review',
  'override',
  'elevation-request',
  'elevation-decision',
  'apply',
  'integrate',
  'cancel',
  'cloud-sync',
  'gc-delete',
  // What another machine has brought further takes the place of what was here.
  'run-replaced',
  'head',
  'signing-failure',
  'secret-failure',
  // Of the log itself: a torn line was dropped; what came before had no signature that counts.
  'mend',
  'unsigned',
] as const;

/** One entry of the audit log, beside who (`actor`) and when (`at`). */
export const auditEntrySchema = z.strictObject({
  action: z.enum(auditActions),
  runId: z.string().nullable(),
  /** Absolute path of the repository. */
  repository: z.string().nullable(),
  /** What it was about, by its digest where it has one. */
  subject: z.strictObject({ kind: z.string(), id: z.string(), sha256: z.string().nullable() }).nullable(),
  /** `begun` comes before an effect; what follows it, `done` or `failed`, is lost when the process dies between them. */
  outcome: z.enum(['begun', 'done', 'failed', 'approved', 'denied', 'noted']),
  detail: z.string().optional(),
});

export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>;

/** An entry as it was recorded. */
export type AuditRecord = AuditEntry & { readonly seq: number; readonly at: string; readonly actor: string };
