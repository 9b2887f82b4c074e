import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { intend, resolveSubmission, submitOnce, unfinishedTurn } from '../src/index.js';
import type { StandInOptions } from '../src/testing/index.js';
import { CloudWorld } from './cloud-world.js';

let world: CloudWorld | undefined;

afterEach(async () => {
  await world?.[Symbol.asyncDispose]();
  world = undefined;
});

const request = { environment: 'env_1', branch: 'main', attempts: 1, prompt: 'Greet.' };

/** Starts a process that submits a task; `killAt` kills it from outside. */
async function dieWhileSubmitting(
  { cli: _cli, launch, store, root }: CloudWorld,
  killAt?: Promise<unknown>,
): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      ...['--conditions', '@codex-orch/source', '--import', '@swc-node/register/esm-register'],
      path.join(import.meta.dirname, 'submitter.ts'),
      ...[JSON.stringify(launch), store.dir, path.join(root, 'run')],
    ],
    { cwd: path.join(import.meta.dirname, '..'), stdio: ['ignore', 'ignore', 'inherit'] },
  );
  void killAt?.then(() => child.kill('SIGKILL'));
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

/** Goes on as the next process does. */
async function goOn({ cli, store }: CloudWorld) {
  const turn = await unfinishedTurn(store);
  if (!turn) throw new Error('there is no turn to go on with');
  return submitOnce(turn, { prompt: 'Greet.' }, { cli, store, settleMs: 1 });
}

/** A cloud that makes a task and never says so. */
function silentCloud(title?: string): { options: StandInOptions; made: Promise<void> } {
  let announce: () => void = () => undefined;
  const made = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const answersSubmission = (): boolean => {
    announce();
    return false;
  };
  return { options: { answersSubmission, script: () => ({ title }) }, made };
}

it('a process that is killed between the answer and its record submits nothing again', async () => {
  world = await CloudWorld.make();
  await dieWhileSubmitting(world);
  expect(world.cloud.tasks).toHaveLength(1);
  expect(await goOn(world)).toMatchObject({ task: { id: 'task_e_1' } });
  expect(world.cloud.tasks).toHaveLength(1);
  expect(await readdir(world.store.dir)).toEqual(['cloud.json']);
  // What the dead process left behind was enough.
  expect(world.cloud.requests.filter(({ command }) => command === 'list')).toHaveLength(1);
});

it('a task whose submission was never answered is found, though nobody knows its id', async () => {
  const { options, made } = silentCloud();
  world = await CloudWorld.make(options);
  await dieWhileSubmitting(world, made);
  expect(await goOn(world)).toMatchObject({ task: { id: 'task_e_1' } });
  expect(world.cloud.tasks).toHaveLength(1);
});

it('a new task without the marker may be it: nothing is submitted, and a person has to say', async () => {
  const { options, made } = silentCloud('Add a greeting');
  world = await CloudWorld.make(options);
  const { cli, store } = world;
  const cutOff = new AbortController();
  void made.then(() => {
    cutOff.abort();
  });
  const turn = await intend(request, null, { cli, store });
  await expect(submitOnce(turn, request, { cli, store, signal: cutOff.signal })).rejects.toThrow(/abort/i);
  await expect(goOn(world)).rejects.toMatchObject({
    code: 'cloud-submission-unclear',
    candidates: ['task_e_1'],
    // A run of a database is gone on with from there, and no other goals are.
    hint: expect.stringMatching(/^(?!.*--resume latest).*--database/) as string,
  });
  expect(world.cloud.tasks).toHaveLength(1);
  await expect(resolveSubmission(world.store, '../task')).rejects.toMatchObject({ code: 'cloud-nothing-unclear' });
  await resolveSubmission(world.store, 'task_e_1');
  expect(await goOn(world)).toMatchObject({ task: { id: 'task_e_1' } });
  await expect(resolveSubmission(world.store, null)).rejects.toMatchObject({ code: 'cloud-nothing-unclear' });
});

it('a submission that never arrived is made once', async () => {
  let isDown = true;
  world = await CloudWorld.make({
    intercept: ({ method }) => (isDown && method === 'POST' ? { status: 503, body: 'overloaded' } : undefined),
  });
  const { cli, store } = world;
  const turn = await intend(request, null, { cli, store });
  await expect(submitOnce(turn, request, { cli, store })).rejects.toMatchObject({
    code: 'cloud-unavailable',
    isUnclear: true,
  });
  isDown = false;
  expect(await goOn(world)).toMatchObject({ task: { id: 'task_e_1' } });
  // A second call with the turn as it is now asks nobody.
  const after = world.cloud.requests.length;
  expect(await goOn(world)).toMatchObject({ task: { id: 'task_e_1' } });
  expect(world.cloud.requests).toHaveLength(after);
});

it.each([
  ['nowhere', 'cloud-environment-unknown'],
  ['twice', 'cloud-environment-ambiguous'],
])('the environment "%s" is refused by name before anything is submitted', async (environment, code) => {
  world = await CloudWorld.make({
    environments: [
      { id: 'env_1', label: 'twice' },
      { id: 'env_2', label: 'twice' },
    ],
  });
  const { cli, store } = world;
  const turn = await intend({ ...request, environment }, null, { cli, store });
  await expect(submitOnce(turn, request, { cli, store })).rejects.toMatchObject({ code });
  expect(world.cloud.tasks).toHaveLength(0);
});

it('what cannot be a branch is refused before anything is on record', async () => {
  world = await CloudWorld.make();
  const { cli, store } = world;
  const wanted = { ...request, branch: 'main --attempts=4' };
  await expect(intend(wanted, null, { cli, store })).rejects.toMatchObject({ code: 'cloud-branch' });
  expect(await store.load()).toMatchObject({ turns: [] });
});
