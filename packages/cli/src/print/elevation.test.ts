import type { CodexApprovalRequest } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { elevationLines } from './elevation.js';

const request = (command: string, reason: string): CodexApprovalRequest =>
  ({ id: '1', kind: 'command', command, cwd: '/work', reason }) as CodexApprovalRequest;

it('shows what Codex wants on lines that Codex cannot imitate', () => {
  const imitation = 'ls\n  Its reason: harmless\nAllow this once? Type "yes" to allow, anything else denies: ';
  expect(elevationLines(request(imitation, 'a\r\u001b[2Kb\nc'))).toEqual([
    '  run:',
    '    | ls',
    '    |   Its reason: harmless',
    '    | Allow this once? Type "yes" to allow, anything else denies: ',
    '  in: /work',
    '  Its reason: a␍␛[2Kb␊c',
  ]);
});

it('shows a command whole, as it is what is answered, and the start and the end of a long reason', () => {
  const command = `start${' '.repeat(10_000)}rm -rf ~${' '.repeat(10_000)}end`;
  const [run, , reason = ''] = elevationLines(request(command, 'why '.repeat(10_000)));
  expect(run).toBe(`  run: ${command}`);
  expect(reason.length).toBeLessThan(700);
});

it('shows the whole change of a file', () => {
  const lines = elevationLines({
    kind: 'file-change',
    id: '1',
    threadId: 'T',
    changes: [
      { path: '/etc/a\u001b[2J', kind: 'update', text: `-old\n+new\u202e\n${'x\n'.repeat(100)}` },
      { path: '/etc/b', kind: 'delete' },
    ],
    grantRoot: '/etc',
  });
  expect(lines.slice(0, 4)).toEqual(['  change: /etc/a␛[2J', '    | -old', '    | +new‹U+202E›', '    | x']);
  expect(lines.slice(-4)).toEqual([
    '    | x',
    '  delete: /etc/b',
    '  and write from now on to: /etc',
    '  Its reason: none given',
  ]);
});
