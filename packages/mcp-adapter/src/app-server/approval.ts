import type { ApprovalDecision, CodexApprovalRequest, ProposedFileChange } from '@codex-orch/core';
import { type AppServerItem, commandApprovalSchema, fileChangeApprovalSchema } from './protocol.js';

type FileChangeItem = Extract<AppServerItem, { type: 'fileChange' }>;

/** The changes of an item, in this project's words. */
function proposedChanges(item: FileChangeItem): ProposedFileChange[] {
  return item.changes.map(({ path, kind, diff }) => ({
    path,
    kind: kind.type,
    text: diff,
    ...(kind.move_path != null && { movePath: kind.move_path }),
  }));
}

/**
 * Reads an approval request of app-server.
 *
 * A file change's request carries no diff: `items` are the file changes that were announced before, by their id. A request
 * whose changes were never announced is of kind `unknown`, for nobody could say what is approved.
 */
export function readApproval(
  method: string,
  params: unknown,
  threadId: string,
  items: ReadonlyMap<string, FileChangeItem>,
): CodexApprovalRequest {
  if (method === 'item/commandExecution/requestApproval') {
    const parsed = commandApprovalSchema.safeParse(params);
    if (parsed.success) {
      const { itemId, approvalId, turnId, reason, command, cwd } = parsed.data;
      return {
        kind: 'command',
        id: approvalId ?? itemId,
        threadId,
        turnId,
        command,
        cwd,
        ...(reason != null && { reason }),
      };
    }
  }
  if (method === 'item/fileChange/requestApproval') {
    const parsed = fileChangeApprovalSchema.safeParse(params);
    const item = parsed.success ? items.get(parsed.data.itemId) : undefined;
    if (parsed.success && item) {
      const { itemId, turnId, reason, grantRoot } = parsed.data;
      return {
        kind: 'file-change',
        id: itemId,
        threadId,
        turnId,
        changes: proposedChanges(item),
        ...(reason != null && { reason }),
        ...(grantRoot != null && { grantRoot }),
      };
    }
  }
  const itemId = (params as { itemId?: unknown } | undefined)?.itemId;
  return { kind: 'unknown', id: typeof itemId === 'string' ? itemId : method, threadId, method };
}

/** app-server's word for a decision; `cancel` also ends the turn. */
export const decisionWords: Readonly<Record<Exclude<ApprovalDecision, 'leave'>, string>> = {
  approve: 'accept',
  deny: 'decline',
  abort: 'cancel',
};
