import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config, Manifest } from '@codex-orch/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { goalBuilder, scenesFor, writeGoals } from '../test/fleet.js';
import { goalIn, Machines, standingsOf, toldBy } from '../test/machines.js';
import { OtherProcesses } from '../test/other-processes.js';
import { World } from '../test/world.js';

const { DbosEngine } = await import('@codex-orch/engine-dbos');

let world: World;
let processes: OtherProcesses;
let machines: Machines;
let url: string;

beforeEach(async () => {
  world = await World.make();
  processes = new OtherProcesses();
  url = await processes.postgres();
  machines = new Machines({ world, processes, url, queue: 'goals' });
});

afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const needs: Readonly<Record<string, readonly string[]>> = {
  one: [],
  two: [],
  three: ['one', 'two'],
  four: ['three'],
  five: ['three', 'two'],
};

it('comes to its end, and begins no goal twice, however often the worker is killed that goes on with the fleet', async () => {
  await world.model(scenesFor(Object.keys(needs)));
  const file = await writeGoals(
    world,
    Object.entries(needs).map(([id, after]) => ({ id, depends_on: after })),
  );
  for (const name of ['w1', 'w2']) await machines.start(name);
  let kills = 0;
  for (let isOver = false; !isOver;) {
    const call = world.start(...machines.args('run', file, '--json'));
    // In the middle of the work of some goal, as long as there is some.
    await Promise.race([call.until(/: running on/).catch(() => undefined), call.said]);
    const during = toldBy(await machines.goals('status', 'latest', '--json'));
    if (during.worker !== null && !during.over && kills < 6) {
      kills += 1;
      await machines.start(`w${kills + 2}`);
      await machines.kill(machines.nameOf(during.worker));
    }
    const said = await call.said;
    const told = toldBy(said);
    expect([0, 3], said.err).toContain(said.code);
    for (const { runId, standing } of told.goals)
      if (standing === 'parked') expect((await machines.decide('approve', runId)).code).toBe(0);
    isOver = told.over;
  }
  expect(kills).toBeGreaterThan(2);
  const told = toldBy(await machines.goals('status', 'latest', '--json'));
  expect(new Set(Object.values(standingsOf(told)))).toEqual(new Set(['done']));
  await using engine = new DbosEngine({ url, version: '0' });
  const runs = (await engine.list()).filter(({ workflow }) => workflow === 'remote-goal');
  expect(runs.map(({ id }) => id).sort()).toEqual(told.goals.map(({ runId }) => runId).sort());
  for (const { id, folder } of told.goals)
    expect(await readFile(path.join(folder, 'diff.patch'), 'utf8')).toContain(`+++ b/src/${id}.js`);
});

it('tells who answers Codex from another machine that the answer does not count where the run is', async () => {
  const outside = { escalate: { command: 'echo out > "$HOME/elevated"', justification: 'I need it' } };
  await world.model(scenesFor(['one'], { one: goalBuilder('one', outside) }));
  const key = path.join(world.root, 'key');
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const allowedSigners = path.join(world.root, 'allowed_signers');
  await writeFile(allowedSigners, `ada@example.org ${await readFile(`${key}.pub`, 'utf8')}`);
  const own = JSON.parse(await readFile(world.env['CODEX_ORCH_CONFIG'] ?? '', 'utf8')) as Config;
  await machines.start('strict', { config: { ...own, signing: { allowedSigners, require: true } } });

  const file = await writeGoals(world, [{ id: 'one' }]);
  const told = toldBy(await machines.goals('run', file, '--json'));
  const { runId, asks } = goalIn(told, 'one');
  expect(asks).toEqual(['e1']);
  const refused = await machines.decide('approve', runId, '--request', 'e1');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('[remote-answer-refused]');
  expect(goalIn(toldBy(await machines.goals('run', file, '--json')), 'one').asks).toEqual(['e1']);

  await world.configure({ ...own, signing: { key, allowedSigners, require: true } });
  const counted = await machines.decide('approve', runId, '--request', 'e1');
  expect(counted.code, counted.err).toBe(0);
});

it('ends a goal that somebody cancels from another machine while its builder works, and all that it started', async () => {
  await world.model(scenesFor(['one'], { one: goalBuilder('one', { shell: 'sleep 671' }) }));
  await machines.start('a');
  const file = await writeGoals(world, [{ id: 'one' }]);
  const call = world.start(...machines.args('run', file, '--json'));
  while ((await world.processes('sleep 671')).length === 0) await delay(100);
  expect((await machines.goals('cancel', 'latest', 'one')).out).toMatch(/^Cancelled one of goals-/);
  const said = await call.said;
  expect(said.code, said.err).toBe(1);
  const { runId, end } = goalIn(toldBy(said), 'one');
  expect(end?.message).toBe('Cancelled by Ada Example.');
  while ((await world.processes('sleep 671')).length > 0) await delay(100);
  const record = path.join(machines.root('a'), 'clone/.runs/adhoc', runId, 'manifest.json');
  await expect.poll(async () => (JSON.parse(await readFile(record, 'utf8')) as Manifest).state).toBe('cancelled');
});
