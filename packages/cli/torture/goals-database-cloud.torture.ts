import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StandInCloud } from '@codex-orch/cloud-adapter/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loggedIn, newFile, signOff } from '../test/cloud-machines.js';
import { goalIn, Machines, standingsOf, toldBy, type ToldFleet } from '../test/machines.js';
import { OtherProcesses } from '../test/other-processes.js';
import { World } from '../test/world.js';

let world: World;
let cloud: StandInCloud;
let processes: OtherProcesses;
let machines: Machines;

beforeEach(async () => {
  world = await World.make();
  processes = new OtherProcesses();
  machines = new Machines({ world, processes, url: await processes.postgres(), queue: 'goals' });
});

afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await cloud[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const inCloud = (id: string) => ({ id, mode: 'cloud', environment: 'env_1' });
const start = async (name: string): Promise<void> => machines.start(name, { env: await loggedIn(world, cloud, name) });
const made = (times: number): Promise<void> =>
  expect.poll(() => cloud.tasks.length, { timeout: 120_000, interval: 20 }).toBe(times);

/** Follows goals until nothing goes on without a human. */
async function follow(file: string): Promise<ToldFleet> {
  const said = await machines.goals('run', file, '--json');
  expect([0, 1, 3], said.err).toContain(said.code);
  return toldBy(said);
}

it('finds a task that nobody was told of before its worker died, or asks which one it is', async () => {
  cloud = await StandInCloud.start({
    script: (prompt) => ({
      diffs: [newFile(prompt.includes('<first>') ? 'first' : 'second')],
      // Codex Cloud may find a title of its own.
      ...(prompt.includes('<second>') ? { title: 'A file' } : {}),
    }),
    answersSubmission: () => false,
  });
  const file = await signOff(world, cloud, [inCloud('first'), inCloud('second')]);
  await start('a');
  const call = world.start(...machines.args('run', file, '--json'));
  await made(2);
  await machines.kill('a');
  await start('b');
  const said = await call.said;
  expect(said.code, said.err).toBe(3);
  const told = toldBy(said);
  const trouble = { code: 'cloud-submission-unclear' };
  expect([goalIn(told, 'first'), goalIn(told, 'second')]).toMatchObject([
    { standing: 'parked', trouble: null },
    { standing: 'parked', trouble },
  ]);
  const { runId } = goalIn(told, 'second');
  const unclear = cloud.tasks.find(({ title }) => title === 'A file')?.id ?? '';
  const elsewhere = { ...world.env };
  Object.assign(world.env, { CODEX_ORCH_HOME: path.join(machines.root('b'), 'state') });
  const clone = path.join(machines.root('b'), 'clone');
  const adopted = await world.run('cloud', 'adopt', runId, unclear, '--repo', clone);
  expect(adopted.code, adopted.err).toBe(0);
  Object.assign(world.env, elsewhere);
  expect(goalIn(await follow(file), 'second')).toMatchObject({ standing: 'parked', trouble: null });
  expect(cloud.tasks).toHaveLength(2);
});

it('has one task made for a turn whose worker dies when it has ended, before anybody is told', async () => {
  cloud = await StandInCloud.start({ script: () => ({ diffs: [newFile('far')] }) });
  const file = await signOff(world, cloud, [inCloud('far')]);
  await machines.start('a', {
    env: { ...(await loggedIn(world, cloud, 'a')), CODEX_ORCH_FAILPOINT: 'turn.finished' },
  });
  const died = machines.died('a');
  const call = world.start(...machines.args('run', file, '--json'));
  await died;
  expect(cloud.tasks).toHaveLength(1);
  await machines.start('b', { env: await loggedIn(world, cloud, 'b') });
  const said = await call.said;
  expect(said.code, said.err).toBe(3);
  expect(goalIn(toldBy(said), 'far')).toMatchObject({ standing: 'parked', worker: 'goals-b' });
  expect(cloud.tasks).toHaveLength(1);
});

it('asks for every task once, however often workers are killed, and brings the work of all', async () => {
  const ids = ['one', 'two', 'three'];
  cloud = await StandInCloud.start({
    script: (prompt) => ({
      life: ['pending', 'pending', 'ready'],
      diffs: [newFile(ids.find((id) => prompt.includes(`<${id}>`)) ?? 'none')],
    }),
  });
  const file = await signOff(world, cloud, ids.map(inCloud));
  await start('w1');
  const call = world.start(...machines.args('run', file, '--json'));
  for (const [index, pauseMs] of [4000, 7000, 9000, 12_000].entries()) {
    if (index === 0) await made(1);
    await delay(pauseMs / 4);
    await start(`w${index + 2}`);
    await machines.kill(`w${index + 1}`);
    await delay(pauseMs);
  }
  const said = await call.said;
  expect(said.code, said.err).toBe(3);
  const told = toldBy(said);
  expect(new Set(Object.values(standingsOf(told)))).toEqual(new Set(['parked']));
  expect(cloud.tasks).toHaveLength(ids.length);
  for (const id of ids) {
    expect(cloud.tasks.filter(({ prompt }) => prompt.includes(`<${id}>`))).toHaveLength(1);
    const { runId, folder } = goalIn(told, id);
    expect(await readFile(path.join(folder, 'diff.patch'), 'utf8')).toContain(`+++ b/src/${id}.js`);
    expect((await machines.decide('approve', runId)).code).toBe(0);
  }
});

it('leaves a goal alone whose sign-off a worker that wants signatures cannot check, and takes one that is signed', async () => {
  cloud = await StandInCloud.start({ script: () => ({ diffs: [newFile('far')] }) });
  const key = path.join(world.root, 'key');
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const allowedSigners = path.join(world.root, 'allowed_signers');
  await writeFile(allowedSigners, `ada@example.org ${await readFile(`${key}.pub`, 'utf8')}`);
  const unsigned = await signOff(world, cloud, [inCloud('far')]);
  const settings = JSON.parse(await readFile(world.env['CODEX_ORCH_CONFIG'] ?? '', 'utf8')) as object;
  const env = await loggedIn(world, cloud, 'a');
  await machines.start('a', { env, config: { ...settings, signing: { allowedSigners, require: true } } });
  expect(goalIn(await follow(unsigned), 'far')).toMatchObject({
    standing: 'parked',
    trouble: { code: 'cloud-sign-off-unchecked' },
  });
  expect(cloud.requests).toEqual([]);
  const signed = await signOff(world, cloud, [inCloud('far'), inCloud('further')], { signing: { key } });
  expect(goalIn(await follow(signed), 'far')).toMatchObject({ standing: 'parked', trouble: null });
});
