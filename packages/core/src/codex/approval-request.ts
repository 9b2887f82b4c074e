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

/** The answer to an approval request. `abort` also ends the turn. */
export type ApprovalDecision = 'approve' | 'deny' | 'abort';
