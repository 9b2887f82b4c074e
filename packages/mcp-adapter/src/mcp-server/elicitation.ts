import type { ApprovalDecision, CodexApprovalRequest, ProposedFileChange } from '@codex-orch/core';
import { z } from 'zod';

// Codex adds these to MCP's elicitation; the SDK's own schema would strip them.
const base = {
  threadId: z.string(),
  codex_call_id: z.string(),
  codex_event_id: z.string().optional(),
  codex_reason: z.string().nullish(),
};

const commandSchema = z.looseObject({
  ...base,
  codex_elicitation: z.literal('exec-approval'),
  message: z.string().optional(),
  codex_command: z.array(z.string()),
  codex_cwd: z.string(),
});

const fileChangeSchema = z.looseObject({
  ...base,
  codex_elicitation: z.literal('patch-approval'),
  codex_changes: z.record(
    z.string(),
    z.discriminatedUnion('type', [
      z.object({ type: z.enum(['add', 'delete']), content: z.string() }),
      z.object({ type: z.literal('update'), unified_diff: z.string(), move_path: z.string().nullish() }),
    ]),
  ),
  codex_grant_root: z.string().nullish(),
});

type Changes = z.infer<typeof fileChangeSchema>['codex_changes'];

function proposedChanges(changes: Changes): ProposedFileChange[] {
  return Object.entries(changes).map(([path, change]) =>
    change.type === 'update'
      ? {
          path,
          kind: change.type,
          text: change.unified_diff,
          ...(change.move_path != null && { movePath: change.move_path }),
        }
      : { path, kind: change.type, text: change.content },
  );
}

// The words as a shell would take them, for people to read; nothing runs this string.
const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Reads a request of mcp-server; whatever is not a well-formed approval is of kind `unknown`. */
export function readElicitation(method: string, params: unknown, threadId: string): CodexApprovalRequest {
  if (method === 'elicitation/create') {
    const command = commandSchema.safeParse(params);
    if (command.success) {
      const { data } = command;
      return {
        kind: 'command',
        id: data.codex_call_id,
        threadId: data.threadId,
        turnId: data.codex_event_id,
        command: data.codex_command.map(quote).join(' '),
        cwd: data.codex_cwd,
        ...(data.codex_reason != null && { reason: data.codex_reason }),
      };
    }
    const fileChange = fileChangeSchema.safeParse(params);
    if (fileChange.success) {
      const { data } = fileChange;
      return {
        kind: 'file-change',
        id: data.codex_call_id,
        threadId: data.threadId,
        turnId: data.codex_event_id,
        changes: proposedChanges(data.codex_changes),
        ...(data.codex_reason != null && { reason: data.codex_reason }),
        ...(data.codex_grant_root != null && { grantRoot: data.codex_grant_root }),
      };
    }
  }
  const id = (params as { codex_call_id?: unknown } | undefined)?.codex_call_id;
  return { kind: 'unknown', id: typeof id === 'string' ? id : method, threadId, method };
}

/** The reply. Codex reads `decision` and takes a bare `action: "accept"` for a denial; `action` and `content` satisfy MCP. */
export const elicitationReplies: Readonly<
  Record<Exclude<ApprovalDecision, 'leave'>, { action: string; content: object; decision: string }>
> = {
  approve: { action: 'accept', content: {}, decision: 'approved' },
  deny: { action: 'decline', content: {}, decision: 'denied' },
  abort: { action: 'cancel', content: {}, decision: 'abort' },
};
