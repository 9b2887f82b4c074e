import type { CodexEvent } from '@codex-orch/core';
import type { AppServerNotification } from './protocol.js';

/** What a notification means to a listener; usage and the turn's end are the session's to tell. */
export function eventsOf({ method, params }: AppServerNotification): CodexEvent[] {
  switch (method) {
    case 'turn/started':
      return [{ type: 'turn.started', turnId: params.turn.id }];
    case 'item/agentMessage/delta':
      return [{ type: 'message.delta', text: params.delta }];
    case 'warning':
      return [{ type: 'warning', text: params.message }];
    case 'error':
      return params.willRetry ? [{ type: 'warning', text: params.error.message }] : [];
    case 'item/started':
      return params.item.type === 'commandExecution'
        ? [{ type: 'command.started', itemId: params.item.id, command: params.item.command }]
        : [];
    case 'item/completed':
      return completedItem(params.item);
    default:
      return [];
  }
}

function completedItem(
  item: Extract<AppServerNotification, { method: 'item/completed' }>['params']['item'],
): CodexEvent[] {
  switch (item.type) {
    case 'agentMessage':
      return [{ type: 'message', text: item.text }];
    case 'commandExecution':
      return [
        {
          type: 'command.finished',
          itemId: item.id,
          command: item.command,
          exitCode: item.exitCode ?? null,
          declined: item.status === 'declined',
        },
      ];
    case 'fileChange':
      return [{ type: 'patch', itemId: item.id, paths: item.changes.flatMap(changedPaths), status: item.status }];
    default:
      return [];
  }
}

function changedPaths({ path, kind }: { path: string; kind: { move_path?: string | null | undefined } }): string[] {
  return kind.move_path == null ? [path] : [path, kind.move_path];
}
