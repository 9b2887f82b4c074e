import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builder, oneChange, planner, reviewer, sample, say, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
  await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const commit = (): void => {
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=tasks');
};

const refusal = async (): Promise<unknown> => {
  const said = await world.run('run', 'do it', '--task', '0001');
  expect(said.code, said.err).toBe(1);
  return (await world.manifest()).end;
};

it('refuses to work on a task until its spec is there, approved, committed and unchanged since', async () => {
  await world.run('task', 'new', 'Sum many numbers');
  commit();
  expect(await refusal()).toMatchObject({ code: 'spec-missing', message: 'No spec relates to task 0001.' });

  await world.run('spec', 'new', '--title', 'Sums', '--covers', 'src/**', '--task', '0001');
  commit();
  expect(await refusal()).toMatchObject({
    code: 'spec-stale',
    hint: expect.stringContaining('spec approve 0001') as string,
  });

  await world.run('spec', 'approve', '0001');
  // An approval that is not committed is not where the work begins.
  expect(await refusal()).toMatchObject({ code: 'spec-stale' });
  commit();
  expect((await world.run('run', 'do it', '--task', '0001')).code).toBe(3);
  expect((await world.run('task', 'show', '0001', '--json')).json()).toMatchObject({
    runs: expect.arrayContaining([(await world.manifest()).runId]) as string[],
  });

  await appendFile(path.join(world.repo, 'tasks/specs/0001-sums.md'), '\nOne more goal.\n');
  await world.run('spec', 'register', 'tasks/specs/0001-sums.md');
  commit();
  expect(await refusal()).toMatchObject({ code: 'spec-stale', message: expect.stringContaining('SG007') as string });
  expect(await world.read('src/sum.js')).toBe(sample['src/sum.js']);
});

it('asks for nothing where there is no registry, or for a goal of no task', async () => {
  expect((await world.run('run', 'do it', '--task', '0001')).code).toBe(3);
  await world.run('task', 'new', 'Sum many numbers');
  commit();
  await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
  expect((await world.run('run', 'do it')).code).toBe(3);
});
