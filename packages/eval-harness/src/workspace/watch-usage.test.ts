import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { cpuSoFar, watchUsage } from './watch-usage.js';

/** Takes 64 MB and half a second of CPU, in a process that another one starts. */
const busy = `
  const { execFileSync } = require('node:child_process');
  const work = 'const b = Buffer.alloc(64e6, 1); const end = process.cpuUsage().user + 500000; while (process.cpuUsage().user < end); console.log(b.length)';
  execFileSync(process.execPath, ['-e', work], { stdio: 'inherit' });`;

it.runIf(process.platform === 'linux')(
  'tells what the processes of a folder took, and not those of another',
  async () => {
    const folder = await temporaryFolder();
    const [one, two] = [path.join(folder, 'one'), path.join(folder, 'two')];
    await Promise.all([mkdir(one), mkdir(two)]);
    const before = cpuSoFar() ?? 0;
    const [watch, other] = [watchUsage(one), watchUsage(two)];
    await runCommand(process.execPath, ['-e', busy, '--', one], { cwd: folder, env: {} });
    const usage = watch.end();
    expect(usage?.cpuMs).toBeGreaterThanOrEqual(300);
    expect(usage?.peakBytes).toBeGreaterThan(64e6);
    expect(other.end()).toEqual({ cpuMs: 0, peakBytes: undefined });
    expect((cpuSoFar() ?? 0) - before).toBeGreaterThanOrEqual(500);
  },
);
