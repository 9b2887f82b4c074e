import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeGoals } from './fleet.js';
import { OtherProcesses } from './other-processes.js';
import { builder, manyChanges, planner, reviewer, say, World } from './world.js';

let world: World;
let processes: OtherProcesses;

beforeEach(async () => {
  world = await World.make();
  processes = new OtherProcesses();
});

afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

it('works on a goal that another machine submits, follows, reads and approves', async () => {
  const url = await processes.postgres();
  await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()]);
  const env = { ...world.env, CODEX_ORCH_DATABASE: url };
  const worker = processes.command(['worker', '--repo', world.repo, '--executor', 'machine-a'], env);
  // From here on as on a machine that shares the database alone.
  world.env['CODEX_ORCH_HOME'] = path.join(world.root, 'another-home');
  const budget = { turns: 20 };
  const goals = await writeGoals(world, [{ id: 'sums', goal: 'sum any number of numbers', budget }]);

  const submitted = await world.run('goals', 'run', goals, '--database', url, '--json');
  expect(submitted.code, submitted.err + worker.said()).toBe(3);
  const { goals: told } = submitted.json() as {
    readonly goals: readonly { readonly runId: string; readonly folder: string }[];
  };
  expect(told).toMatchObject([{ id: 'sums', standing: 'parked', asks: [], worker: 'machine-a' }]);
  const { runId = '', folder = '' } = told[0] ?? {};
  expect(await readFile(path.join(folder, 'diff.patch'), 'utf8')).toContain('src/sum.js');
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as object;
  expect(manifest).toMatchObject({ budget: { limits: { turns: 20 } } });

  const approved = await world.run('approve', runId, '--database', url, '--reason', 'reads well');
  expect(approved.code, approved.err).toBe(0);
  expect(approved.out).toBe(`Run ${runId} is done, on machine-a.\n`);
  const again = await world.run('goals', 'run', goals, '--database', url);
  expect(again.code, again.err).toBe(0);
  expect(again.out).toContain(`run ${runId} on machine-a`);
  expect((await world.run('approve', runId, '--database', url)).err).toContain('[run-state]');
  for (const said of [worker.said(), submitted.err, approved.err, again.err, again.out])
    expect(said).not.toContain(new URL(url).password);
});

it('says which database it needs, and what is wrong with one', async () => {
  const missing = await world.run('worker');
  expect(missing.code).toBe(2);
  expect(missing.err).toContain('--database');
});
