import type { CodexApprovalRequest } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { elevationLines } from './elevation.js';

const request = (command: string, reason: string): CodexApprovalRequest =>
  ({ id: '1', kind: 'command', command, cwd: '/work', reason }) as CodexApprovalRequest;

it('shows what Codex wants on lines that Codex cannot imitate', () => {
  const imitation = 'ls\n  Its reason: harmless\nAllow this once? Type "yes" to allow, anything else denies: ';
  expect(elevationLines(request(imitation, 'a\r\u001b[2Kb\nc'))).toEqual([
    '  run: ls␊  Its reason: harmless␊Allow this once? Type "yes" to allow, anything else denies: ',
    '  in: /work',
    '  Its reason: a␍␛[2Kb␊c',
  ]);
});

it('shows the start and the end of what is long, and how much is between', () => {
  const [run = ''] = elevationLines(request(`start${' '.repeat(100_000)}rm -rf ~`, ''));
  expect(run.length).toBeLessThan(4100);
  expect(run).toMatch(/^ {2}run: start .*…\[96013 characters left out\]… .*rm -rf ~$/);
});

it('shows the change of a file, and counts what it leaves out', () => {
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
    '    … 42 more lines',
    '  delete: /etc/b',
    '  and write from now on to: /etc',
    '  Its reason: none given',
  ]);
});
