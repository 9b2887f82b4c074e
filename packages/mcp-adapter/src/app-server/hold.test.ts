import { once } from 'node:events';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ManagedProcess } from '@codex-orch/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardianArguments, guardianGroup, guardianScript } from './hold.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hold-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const guard = (...command: string[]): Promise<ManagedProcess> =>
  ManagedProcess.start('/bin/sh', guardianArguments({ file: path.join(folder, 'hold'), minutes: 5 }, command), {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });

describe('a guardian', () => {
  it('is told in seconds how long the file may stay as it is', () => {
    expect(guardianArguments({ file: '/hold', minutes: 5 }, ['sleep', '1']).slice(-4)).toEqual([
      ...['/hold', '300'],
      ...['sleep', '1'],
    ]);
  });

  it('ends its command when whoever started it is gone and nothing holds it', async () => {
    const guardian = await guard('sleep', '9971');
    guardian.child.stdin?.end();
    expect(await guardian.exited).toMatchObject({ code: 137 });
  });

  it('lets it live as long as the hold file is there', async () => {
    await writeFile(path.join(folder, 'hold'), '');
    const guardian = await guard('sleep', '9972');
    const ended = once(guardian.child, 'exit');
    guardian.child.stdin?.end();
    // Two of the guardian's looks; an end would win the race.
    const first = await Promise.race([
      ended.then(() => 'ended'),
      new Promise((resolve) => setTimeout(resolve, 2500, 'lives')),
    ]);
    expect(first).toBe('lives');
    await rm(path.join(folder, 'hold'));
    await ended;
    await guardian.exited;
  });

  it('ends it when the hold file is forgotten, whatever its time says', async () => {
    const hold = path.join(folder, 'hold');
    await writeFile(hold, '');
    const future = new Date(Date.now() + 30 * 24 * 3600 * 1000);
    await utimes(hold, future, future);
    const guardian = await ManagedProcess.start(
      '/bin/sh',
      ['-c', guardianScript, 'guardian', hold, '2', 'sleep', '9974'],
      { cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, stdio: ['pipe', 'ignore', 'ignore'] },
    );
    guardian.child.stdin?.end();
    expect(await guardian.exited).toMatchObject({ code: 137 });
  });

  it('can be told from a stranger by who joins its command', async () => {
    const hold = { file: path.join(folder, 'hold'), minutes: 5 };
    expect(await guardianGroup(hold)).toBeUndefined();
    await using guardian = await guard('sleep', '9975');
    while ((await guardianGroup(hold)) === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await guardianGroup(hold)).toBe(guardian.pid);
    await writeFile(`${hold.file}.group`, `${process.pid}\n`);
    expect(await guardianGroup(hold)).toBeUndefined();
  });

  it('ends with its command', async () => {
    const guardian = await guard('sh', '-c', 'exit 7');
    expect(await guardian.exited).toMatchObject({ code: 7 });
  });

  it('takes its command with it when it is told to end', async () => {
    const guardian = await guard('sleep', '9973');
    await guardian.kill();
    expect(guardian.alive).toBe(false);
  });
});
