import { z } from 'zod';

/** A file that Codex wants to change, as far as the driver knows it. */
export interface ProposedFileChange {
  readonly path: string;
  readonly kind: 'add' | 'update' | 'delete';
  readonly movePath?: string | undefined;
  /** Content of an added or deleted file, or the unified diff of an update. */
  readonly text?: string | undefined;
}

/** What every approval request says, whatever Codex it came from. */
interface ApprovalRequestBase {
  /** Unique in its thread. */
  readonly id: string;
  readonly threadId: string;
  readonly turnId?: string | undefined;
  /** Codex's own justification; written by a model, so never trusted. */
  readonly reason?: string | undefined;
}

/** A request by Codex to do what its sandbox or policy forbids, the same for every driver. */
export type CodexApprovalRequest =
  | (ApprovalRequestBase & {
      readonly kind: 'command';
      /** The command line as Codex shows it. */
      readonly command: string;
      readonly cwd: string;
    })
  | (ApprovalRequestBase & {
      readonly kind: 'file-change';
      readonly changes: readonly ProposedFileChange[];
      /** A folder that the request would make writable for the rest of the session. */
      readonly grantRoot?: string | undefined;
    })
  | (ApprovalRequestBase & {
      /** A shape this version does not know: always denied and reported. */
      readonly kind: 'unknown';
      readonly method: string;
    });

const base = {
  id: z.string(),
  threadId: z.string(),
  turnId: z.string().optional(),
  reason: z.string().optional(),
};

/** An approval request as a run's events hold it. */
export const codexApprovalRequestSchema: z.ZodType<CodexApprovalRequest> = z.discriminatedUnion('kind', [
  z.strictObject({ ...base, kind: z.literal('command'), command: z.string(), cwd: z.string() }),
  z.strictObject({
    ...base,
    kind: z.literal('file-change'),
    changes: z.array(
      z.strictObject({
        path: z.string(),
        kind: z.enum(['add', 'update', 'delete']),
        movePath: z.string().optional(),
        text: z.string().optional(),
      }),
    ),
    grantRoot: z.string().optional(),
  }),
  z.strictObject({ ...base, kind: z.literal('unknown'), method: z.string() }),
]);

/**
 * The answer to an approval request. `abort` also ends the turn. `leave` gives none: this client goes, and the request waits for the
 * next one where the driver's approvals are durable; elsewhere it is an `abort`.
 */
export type ApprovalDecision = 'approve' | 'deny' | 'abort' | 'leave';
