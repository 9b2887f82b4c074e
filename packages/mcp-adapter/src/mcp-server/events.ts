import type { CodexEvent } from '@codex-orch/core';
import { z } from 'zod';
import { reportedTokensSchema } from '../turn/index.js';

// The events of `codex/event` that the driver reads, as 0.128 to 0.153.4 send them.

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session_configured'), session_id: z.string(), thread_id: z.string().optional() }),
  z.object({ type: z.literal('task_started'), turn_id: z.string().optional() }),
  z.object({ type: z.literal('agent_message'), message: z.string() }),
  z.object({ type: z.literal('agent_message_delta'), delta: z.string() }),
  z.object({ type: z.literal('exec_command_begin'), call_id: z.string(), command: z.array(z.string()) }),
  z.object({
    type: z.literal('exec_command_end'),
    call_id: z.string(),
    command: z.array(z.string()).optional(),
    exit_code: z.number(),
    status: z.string().optional(),
  }),
  z.object({
    type: z.literal('patch_apply_end'),
    call_id: z.string(),
    success: z.boolean(),
    status: z.string().optional(),
    changes: z.record(z.string(), z.looseObject({ move_path: z.string().nullish() })).optional(),
  }),
  z.object({
    type: z.literal('token_count'),
    info: z.object({ total_token_usage: reportedTokensSchema, last_token_usage: reportedTokensSchema }).nullish(),
  }),
  z.object({ type: z.literal('warning'), message: z.string() }),
  z.object({ type: z.literal('stream_error'), message: z.string() }),
  z.object({ type: z.literal('error'), message: z.string(), codex_error_info: z.unknown() }),
  z.object({ type: z.literal('turn_aborted') }),
  z.object({ type: z.literal('task_complete'), last_agent_message: z.string().nullish() }),
]);

export type McpServerEvent = z.infer<typeof messageSchema>;

const notificationSchema = z.object({ msg: messageSchema });

/** Reads the parameters of `codex/event`; undefined for events that this version does not know. */
export function readMcpServerEvent(params: unknown): McpServerEvent | undefined {
  const parsed = notificationSchema.safeParse(params);
  return parsed.success ? parsed.data.msg : undefined;
}

/** What an event means to a listener; usage and the turn's end are the session's to tell. */
export function eventsOf(event: McpServerEvent): CodexEvent[] {
  switch (event.type) {
    case 'session_configured':
      return [{ type: 'thread.started', threadId: event.thread_id ?? event.session_id }];
    case 'task_started':
      return [{ type: 'turn.started', turnId: event.turn_id }];
    case 'agent_message':
      return [{ type: 'message', text: event.message }];
    case 'agent_message_delta':
      return [{ type: 'message.delta', text: event.delta }];
    case 'exec_command_begin':
      return [{ type: 'command.started', itemId: event.call_id, command: event.command.join(' ') }];
    case 'exec_command_end': {
      const command = event.command?.join(' ') ?? '';
      return [
        {
          type: 'command.finished',
          itemId: event.call_id,
          command,
          exitCode: event.exit_code,
          declined: event.status === 'declined',
        },
      ];
    }
    case 'patch_apply_end': {
      const paths = Object.entries(event.changes ?? {}).flatMap(([path, change]) =>
        change.move_path == null ? [path] : [path, change.move_path],
      );
      return [
        {
          type: 'patch',
          itemId: event.call_id,
          paths,
          status: event.status ?? (event.success ? 'completed' : 'failed'),
        },
      ];
    }
    case 'warning':
    case 'stream_error':
      return [{ type: 'warning', text: event.message }];
    default:
      return [];
  }
}
