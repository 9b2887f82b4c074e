import type { CodexEvent } from '@codex-orch/core';
import { z } from 'zod';
import { reportedTokensSchema } from '../turn/index.js';

// The lines of `codex exec --json` that the driver reads.

const itemSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('agent_message'), id: z.string(), text: z.string() }),
  z.object({
    type: z.literal('command_execution'),
    id: z.string(),
    command: z.string(),
    exit_code: z.number().nullish(),
    status: z.string(),
  }),
  z.object({
    type: z.literal('file_change'),
    id: z.string(),
    changes: z.array(z.object({ path: z.string() })),
    status: z.string(),
  }),
  z.object({ type: z.literal('error'), id: z.string(), message: z.string() }),
]);

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.object({ type: z.literal('turn.started') }),
  z.object({ type: z.literal('item.started'), item: itemSchema }),
  z.object({ type: z.literal('item.completed'), item: itemSchema }),
  z.object({ type: z.literal('turn.completed'), usage: reportedTokensSchema }),
  z.object({ type: z.literal('turn.failed'), error: z.object({ message: z.string() }) }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);

export type ExecLine = z.infer<typeof lineSchema>;

/** Reads a line; undefined for what this version does not know. */
export function readExecLine(line: string): ExecLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** What a line means to a listener; usage and the turn's end are the session's to tell. */
export function eventsOf(line: ExecLine): CodexEvent[] {
  switch (line.type) {
    case 'thread.started':
      return [{ type: 'thread.started', threadId: line.thread_id }];
    case 'turn.started':
      return [{ type: 'turn.started' }];
    case 'error':
      return [{ type: 'warning', text: line.message }];
    case 'item.started':
      return line.item.type === 'command_execution'
        ? [{ type: 'command.started', itemId: line.item.id, command: line.item.command }]
        : [];
    case 'item.completed':
      return completedItem(line.item);
    default:
      return [];
  }
}

function completedItem(item: z.infer<typeof itemSchema>): CodexEvent[] {
  switch (item.type) {
    case 'agent_message':
      return [{ type: 'message', text: item.text }];
    case 'command_execution': {
      const { id, command, exit_code, status } = item;
      return [
        { type: 'command.finished', itemId: id, command, exitCode: exit_code ?? null, declined: status === 'declined' },
      ];
    }
    case 'file_change':
      return [{ type: 'patch', itemId: item.id, paths: item.changes.map(({ path }) => path), status: item.status }];
    case 'error':
      return [{ type: 'warning', text: item.message }];
  }
}
