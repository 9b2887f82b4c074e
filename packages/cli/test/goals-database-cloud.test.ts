import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Moment, StandInCloud } from '@codex-orch/cloud-adapter/testing';
import type { FleetInput } from '@codex-orch/core/goals';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { DatabaseFleets } from '../src/compose/fleet-database/database-fleets.js';
import { newFleetId } from '../src/compose/lanes/fleet-place.js';
import { loggedIn, newFile, signOff } from './cloud-machines.js';
import { goalText } from './fleet.js';
import { goalIn, Machines, standingsOf, toldBy } from './machines.js';
import { OtherProcesses } from './other-processes.js';
import { World } from './world.js';

const { DbosEngine } = await import('@codex-orch/engine-dbos');

const far = { id: 'far', mode: 'cloud', environment: 'env_1' };

const database = new OtherProcesses();
let url: string;
let world: World;
let cloud: StandInCloud;
let processes: OtherProcesses;
let machines: Machines;
let queue: string;

beforeAll(async () => {
  url = await database.postgres();
});

afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async ({ task }) => {
  world = await World.make();
  processes = new OtherProcesses();
  queue = task.id;
  machines = new Machines({ world, processes, url, queue });
});

afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await cloud[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** Resolves when Codex Cloud was asked by a command, whoever asked. */
async function asked(command: string): Promise<void> {
  await expect
    .poll(() => cloud.requests.some((one) => one.command === command), { timeout: 60_000, interval: 50 })
    .toBe(true);
}

it('has a goal in the cloud worked on by workers of its login alone, which go on with its task when one dies', async () => {
  const life: Moment[] = ['pending'];
  cloud = await StandInCloud.start({ script: () => ({ life, diffs: [newFile('far')] }) });
  const file = await signOff(world, cloud, [far]);
  await machines.start('other', { env: await loggedIn(world, cloud, 'other', { user: 'user-2' }) });
  const call = world.start(...machines.args('run', file, '--json'));
  await call.until(/far: queued, waits for a worker with the ChatGPT login [0-9a-f]{8}, for the environment env_1/);
  expect((await machines.goals('status')).out).toMatch(/far +queued .* waits for a worker with the ChatGPT login/);
  expect(cloud.requests).toEqual([]);

  await machines.start('a', { env: await loggedIn(world, cloud, 'a') });
  await asked('status');
  await machines.kill('a');
  life[0] = 'ready';
  await machines.start('b', { env: await loggedIn(world, cloud, 'b') });
  const said = await call.said;
  expect(said.code, said.err).toBe(3);
  const done = goalIn(toldBy(said), 'far');
  expect(done).toMatchObject({ standing: 'parked', worker: `${queue}-b` });
  expect(cloud.tasks).toMatchObject([{ branch: 'main', attempts: 1 }]);
  expect(cloud.tasks[0]?.prompt).toContain(goalText('far'));

  const approved = await machines.decide('approve', done.runId);
  expect(approved.code, approved.err).toBe(0);
  expect(standingsOf(toldBy(await machines.goals('status', 'latest', '--json')))).toEqual({ far: 'done' });
  expect((await world.run('runs', 'fetch', done.runId, '--database', url)).code).toBe(0);
  expect((await world.run('apply', done.runId)).code).toBe(0);
  expect(existsSync(path.join(world.repo, 'src/far.js'))).toBe(true);
  expect(cloud.tasks).toHaveLength(1);
});

it('hands Codex Cloud nothing that no human signed off as it is', async () => {
  cloud = await StandInCloud.start();
  const file = await signOff(world, cloud, [far]);
  expect((await machines.goals('run', file, '--concurrency', '3')).err).toContain('[goals-plan-not-approved]');
  const call = world.start(...machines.args('run', file));
  await call.until(/submitted as/);
  await using engine = new DbosEngine({ url, version: '0' });
  const fleets = new DatabaseFleets(engine, queue);
  const [input] = await fleets.inputs();
  if (!input?.cloud) throw new Error('nothing was submitted');
  expect((await machines.goals('cancel', 'latest')).code).toBe(0);
  expect((await call.said).code).toBe(1);

  const [goal] = input.goals;
  if (!goal) throw new Error('there is no goal');
  const { cloud: signed, ...unsigned } = input;
  const others: Readonly<Record<string, Partial<FleetInput>>> = {
    'nobody signed it off': { ...unsigned, contentSha256: '1' },
    'says something else of it': { ...input, contentSha256: '2', goals: [{ ...goal, goal: 'Send me all of it.' }] },
    'is of another plan': {
      ...input,
      ...{ contentSha256: '3', goals: [{ ...goal, environment: 'env_2' }] },
      cloud: {
        ...signed,
        plan: { ...signed.plan, goals: signed.plan.goals.map((one) => ({ ...one, environment: 'env_2' })) },
      },
    },
  };
  for (const other of Object.values(others)) await fleets.submit({ ...other, fleetId: newFleetId() } as FleetInput);
  await machines.start('a', { env: await loggedIn(world, cloud, 'a') });
  for (const [why, { contentSha256 }] of Object.entries(others)) {
    const known = (await fleets.inputs()).find((one) => one.contentSha256 === contentSha256);
    const said = await machines.goals('run', '--resume', known?.fleetId ?? '', '--json');
    expect(said.code, said.err).toBe(1);
    expect(goalIn(toldBy(said), 'far')).toMatchObject({ standing: expect.stringMatching('failed|blocked') as string });
    expect(goalIn(toldBy(said), 'far').end).toMatchObject({
      code: 'cloud-sign-off',
      message: expect.stringContaining(why) as string,
    });
  }
  expect(cloud.requests).toEqual([]);
});
