import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { pairResultSchema } from '../src/scenario/pair-result.js';
import { temporaryFolder } from './temporary-folder.js';

const run = (folder: string, fate: string) =>
  runCommand(
    process.execPath,
    [
      ...['--conditions', '@codex-orch/source', '--import', '@swc-node/register/esm-register'],
      ...[path.join(import.meta.dirname, 'resume-child.ts'), folder, fate],
    ],
    { cwd: path.join(import.meta.dirname, '../../..'), env: { PATH: process.env['PATH'] ?? '' } },
  );

it.runIf(process.platform === 'linux')(
  'an evaluation that was killed goes on where it was, and does not do again what was recorded',
  async () => {
    const folder = await temporaryFolder();
    expect((await run(folder, 'killed')).signal).toBe('SIGKILL');
    const pairs = path.join(folder, 'runs/resumed/pairs/small');
    const recorded = await Promise.all(
      (await readdir(pairs)).map(async (file) => {
        const pair = pairResultSchema.parse(JSON.parse(await readFile(path.join(pairs, file), 'utf8')));
        return [pair.asset, pair.durationsMs.total] as const;
      }),
    );
    expect(recorded.map(([asset]) => asset).sort()).toEqual(['a', 'b']);
    // Pairs of before and after are judged by the same: what the tests did once is not found out again.
    const baselines = path.join(folder, 'runs/resumed/baselines');
    const [baseline = ''] = await readdir(baselines);
    const { mtimeMs } = await stat(path.join(baselines, baseline));
    const { stdout, stderr } = await run(folder, 'spared');
    expect((await stat(path.join(baselines, baseline))).mtimeMs).toBe(mtimeMs);
    expect(stderr.toString()).not.toMatch(/Error/);
    const durations = JSON.parse(stdout.toString()) as number[];
    // A time is not measured twice the same.
    const before = new Map(recorded);
    expect(durations).toEqual([before.get('a'), before.get('b'), expect.any(Number)]);
    expect(await readdir(path.join(folder, 'runs/resumed'))).toEqual(
      expect.arrayContaining(['evaluation.json', 'junit.xml', 'summary.md']),
    );
  },
);
