import { describe, expect, it } from 'vitest';
import { readApproval } from './approval.js';

const method = 'item/commandExecution/requestApproval';
const command = { kind: 'command', threadId: 't', turnId: 'u', itemId: 'i', command: 'ls', cwd: '/repo', reason: null };

describe('an approval request of app-server', () => {
  it('is a command when it says all that a person must know', () => {
    expect(readApproval(method, command, 't', new Map())).toEqual({
      kind: 'command',
      id: 'i',
      threadId: 't',
      turnId: 'u',
      command: 'ls',
      cwd: '/repo',
    });
  });

  it.each([
    ['grants a network host', method, { ...command, networkApprovalContext: { host: 'example.com' } }],
    ['writes to a running terminal', method, { ...command, kind: 'writeStdin' }],
    ['grants permissions', method, { ...command, additionalPermissions: { network: true } }],
    ['has no command', method, { ...command, command: null }],
    [
      'changes files that were never announced',
      'item/fileChange/requestApproval',
      { threadId: 't', turnId: 'u', itemId: 'i' },
    ],
    ['is of a method of the future', 'item/teleport/requestApproval', { itemId: 'i' }],
  ])('is unknown when it %s', (_, name, params) => {
    expect(readApproval(name, params, 't', new Map())).toEqual({
      kind: 'unknown',
      id: 'i',
      threadId: 't',
      method: name,
    });
  });
});
