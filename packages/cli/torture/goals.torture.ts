import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { diffOf, fleetOf, goalOf, scenesFor, standings, writeGoals } from '../test/fleet.js';
import { runCommandLine, startCommand } from '../test/real-command.js';
import { World } from '../test/world.js';

const ids = Array.from({ length: 30 }, (_, at) => `goal-${at + 1}`);

/** How many goals have been brought to their gate when the process is killed. */
const parkedBefore = 10;

it('thirty goals at a time succeed, each with its own change only, though the process is killed in the middle', async () => {
  await using world = await World.make();
  const model = await world.model(scenesFor(ids));
  const file = await writeGoals(
    world,
    ids.map((id) => ({ id })),
  );
  const run = ['goals', 'run', file, '--concurrency', '10'];
  const first = await startCommand(world, run);
  await first.until(new RegExp(`(?:\\] parked[^]*){${parkedBefore}}`));
  first.kill('SIGKILL');
  expect((await first.ended).signal).toBe('SIGKILL');
  const second = await runCommandLine(world, run);
  expect(second.code, second.err).toBe(3);
  expect(second.err).not.toContain('Warning');
  expect(new Set(Object.values(await standings(world)))).toEqual(new Set(['parked']));

  const { goals } = await fleetOf(world);
  const runs = await readdir(path.join(world.repo, '.runs/adhoc'));
  expect(runs.sort()).toEqual(goals.map(({ runId }) => runId).sort());
  for (const id of ids) {
    const { runId } = await goalOf(world, id);
    expect(await diffOf(world, id)).toEqual([`src/${id}.js`]);
    expect((await world.run('runs', 'verify', runId)).out).toContain('intact');
    const approved = await world.run('approve', runId);
    expect(approved.code, approved.err).toBe(0);
  }
  const last = await world.run('goals', 'run', file, '--json');
  expect(last.code, last.err).toBe(0);
  expect(new Set(Object.values(await standings(world)))).toEqual(new Set(['done']));
  expect((await world.run('audit', 'verify')).out).toContain('intact');
  expect(await world.processes('codex')).toEqual([]);
  expect(model.report().misses).toBe(0);
});
