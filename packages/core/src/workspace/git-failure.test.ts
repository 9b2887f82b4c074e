import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import type { CommandResult } from '../process/run-command.js';
import { gitFailure } from './git-failure.js';

const said = (stderr: string): CommandResult => ({ exitCode: 128, stderr: Buffer.from(stderr) }) as CommandResult;

// What the kernel shows of itself has no room for anything.
const full = '/proc';

it.each([
  'error: unable to write file package.json',
  'fatal: unknown write failure on standard output',
  "fatal: sha1 file 'index.lock' write error. Out of diskspace",
  "fatal: cannot update ref 'x': couldn't write 'x.lock'",
])('is a full disk where there is no room: %s', async (stderr) => {
  expect(await gitFailure('read-tree', said(stderr), { cwd: full })).toMatchObject({
    code: 'disk-full',
    cause: { code: 'git-failed' },
  });
  expect(await gitFailure('read-tree', said(stderr), { cwd: tmpdir() })).toMatchObject({ code: 'git-failed' });
});

it('is that of git where nothing was written', async () => {
  expect(await gitFailure('rev-parse', said('fatal: bad revision'), { cwd: full })).toMatchObject({
    code: 'git-failed',
  });
});
