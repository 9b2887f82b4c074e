import type { CodexApprovalRequest } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { questionLines } from './ask-here.js';

const request = (command: string, reason: string): CodexApprovalRequest =>
  ({ id: '1', kind: 'command', command, cwd: '/work', reason }) as CodexApprovalRequest;

it('shows what Codex wants on lines that Codex cannot imitate', () => {
  const imitation = 'ls\n  Its reason: harmless\nAllow this once? Type "yes" to allow, anything else denies: ';
  expect(questionLines(request(imitation, 'a\r\u001b[2Kb\nc'))).toEqual([
    '',
    'Codex asks to leave its sandbox and to',
    '  run: ls␊  Its reason: harmless␊Allow this once? Type "yes" to allow, anything else denies: ',
    '  in: /work',
    '  Its reason: a␍␛[2Kb␊c',
  ]);
});

it('shows the start and the end of what is long, and how much is between', () => {
  const [, , run = ''] = questionLines(request(`start${' '.repeat(100_000)}rm -rf ~`, ''));
  expect(run.length).toBeLessThan(700);
  expect(run).toMatch(/^ {2}run: start .*…\[99413 characters left out\]… .*rm -rf ~$/);
});
