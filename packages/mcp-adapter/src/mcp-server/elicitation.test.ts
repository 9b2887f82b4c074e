import { describe, expect, it } from 'vitest';
import { readElicitation } from './elicitation.js';

const base = {
  message: 'Allow?',
  requestedSchema: { type: 'object', properties: {} },
  threadId: 't',
  codex_call_id: 'c',
  codex_event_id: 'e',
};

describe('an elicitation of mcp-server', () => {
  it('shows a command as a shell would take it', () => {
    const params = {
      ...base,
      codex_elicitation: 'exec-approval',
      codex_command: ['bash', '-lc', "echo 'hi' > x"],
      codex_cwd: '/repo',
    };
    expect(readElicitation('elicitation/create', params, '')).toEqual({
      kind: 'command',
      id: 'c',
      threadId: 't',
      turnId: 'e',
      command: `bash -lc 'echo '\\''hi'\\'' > x'`,
      cwd: '/repo',
    });
  });

  it('shows the text of every changed file', () => {
    const codex_changes = {
      '/repo/new': { type: 'add', content: 'n\n' },
      '/repo/gone': { type: 'delete', content: 'g\n' },
      '/repo/old': { type: 'update', unified_diff: '@@ -1 +1 @@\n-a\n+b\n', move_path: '/repo/moved' },
    };
    const params = { ...base, codex_elicitation: 'patch-approval', codex_changes };
    expect(readElicitation('elicitation/create', params, '')).toMatchObject({
      kind: 'file-change',
      changes: [
        { path: '/repo/new', kind: 'add', text: 'n\n' },
        { path: '/repo/gone', kind: 'delete', text: 'g\n' },
        { path: '/repo/old', kind: 'update', text: '@@ -1 +1 @@\n-a\n+b\n', movePath: '/repo/moved' },
      ],
    });
  });

  it.each([
    ['a form of some MCP server', 'elicitation/create', base],
    ['a kind of approval of the future', 'elicitation/create', { ...base, codex_elicitation: 'dns-approval' }],
    ['another method', 'sampling/createMessage', { codex_call_id: 'c' }],
  ])('is unknown when it is %s', (_, method, params) => {
    expect(readElicitation(method, params, 't')).toEqual({ kind: 'unknown', id: 'c', threadId: 't', method });
  });
});
