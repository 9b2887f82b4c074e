import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { isDead } from './remains.js';

const isExecuted = (pid: number): boolean => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'sleep';

it.runIf(process.platform === 'linux')('tells remains that nobody waited for from processes that run', async () => {
  // The shell becomes a program that never waits for the children it got with its place.
  const script = 'set -m; sleep 30 & echo $!; exec sleep 30';
  const parent = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  try {
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const group = Number(line);
    expect(isDead(group)).toBe(false);
    await expect.poll(() => parent.pid !== undefined && isExecuted(parent.pid)).toBe(true);
    process.kill(group, 'SIGKILL');
    await expect.poll(() => isDead(group)).toBe(true);
    expect(() => process.kill(-group, 0)).not.toThrow();
  } finally {
    if (parent.pid !== undefined) process.kill(-parent.pid, 'SIGKILL');
  }
});

it('takes a group that is gone for no remains', () => {
  expect(isDead(2 ** 30)).toBe(false);
});
