import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { outliveReaders } from './outlive-readers.js';

it('lets work go on when the reader of its output has gone', async () => {
  const reader = spawn('sh', ['-c', 'exec <&-; echo closed; exec sleep 60'], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void reader.kill('SIGKILL'));
  const output = outliveReaders(reader.stdin);
  await once(reader.stdout, 'data');
  const failed = once(reader.stdin, 'error');
  reader.stdin.write('x');
  expect((await failed)[0]).toMatchObject({ code: 'EPIPE' });
  expect(output.failed).toBe(false);
});

it('notes that output was lost on a full disk', async () => {
  const full = createWriteStream('/dev/full');
  const output = outliveReaders(full);
  const failed = once(full, 'error');
  full.write('x');
  await failed;
  expect(output.failed).toBe(true);
});
