import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codexOrch, outcomeOf, repeatedSteps } from '../test/whole-way.js';
import { builder, manyChanges, planner, reviewer, say, World } from '../test/world.js';
import { countCalls, failAt } from './strace.js';

const newWorld = async (): Promise<World> => {
  const world = await World.make();
  await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()]);
  return world;
};

const tally = { tried: 0, recovered: 0 };

afterAll(() => {
  console.info(`disk faults tried ${tally.tried}, recovered ${tally.recovered}`);
});

/** After the fault is gone, the run goes on and ends as if there had been none. */
async function recovers(world: World): Promise<void> {
  const resumed = await codexOrch(world, ['resume']);
  if (/\[(unknown-run|run-empty)\]/.test(resumed.output)) await codexOrch(world, ['run', 'do it']);
  expect(await outcomeOf(world), resumed.output).toMatchObject({ state: 'awaiting-approval' });
  expect(await repeatedSteps(world)).toEqual([]);
  expect((await world.run('runs', 'verify')).out).toContain('intact');
  tally.recovered += 1;
}

describe.each(['fsync', 'fdatasync'] as const)('a failed %s', (call) => {
  it('stops the run at once and says so; it goes on when the disk is well again', async () => {
    await using counted = await newWorld();
    const count = (await countCalls(counted, ['run', 'do it'])).get(call) ?? 0;
    for (let n = 1; n <= count; n += Math.max(1, Math.floor(count / 12))) {
      await using world = await newWorld();
      const failed = await codexOrch(world, ['run', 'do it'], failAt(call, n, 'EIO'));
      if (failed.code === 3) continue;
      tally.tried += 1;
      expect([1, 73, 74], failed.output).toContain(failed.code);
      await recovers(world);
    }
  }, 7_200_000);
});

/** Runs a command with `.runs` on a file system of its own, in a mount namespace that ends with it. */
const onMount = (options: string, folder: string, prepare: string): readonly string[] => [
  'unshare',
  '--mount',
  '--propagation',
  'private',
  'sh',
  '-c',
  `mount -t tmpfs -o ${options} tmpfs "$0" && ${prepare} && exec "$@"`,
  folder,
];

const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

describe('a disk', () => {
  it('that is full ends the command with what to do, and nothing half-written', async () => {
    expect(canMount, 'this needs the right to mount').toBe(true);
    await using world = await newWorld();
    const runs = path.join(world.repo, '.runs');
    await mkdir(runs);
    for (const size of ['4k', '8k', '16k', '32k']) {
      tally.tried += 1;
      const failed = await codexOrch(world, ['run', 'do it'], { under: onMount(`size=${size}`, runs, 'true') });
      expect([73, 74], failed.output).toContain(failed.code);
      tally.recovered += 1;
    }
    expect(world.git('status', '--porcelain')).toBe('');
  });

  it('that is read-only ends the command with what to do', async () => {
    await using world = await newWorld();
    const runs = path.join(world.repo, '.runs');
    await mkdir(runs);
    tally.tried += 1;
    const failed = await codexOrch(world, ['run', 'do it'], {
      under: onMount('size=1m', runs, `mount -o remount,ro "$0"`),
    });
    expect(failed.code, failed.output).toBe(73);
    tally.recovered += 1;
  });
});
