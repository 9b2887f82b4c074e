import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CloudRecord, CloudTurn } from '@codex-orch/cloud-adapter';
import type { Json } from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import { expect, it } from 'vitest';
import { cloudRecordFile } from '../src/compose/cloud/cloud-place.js';
import { hasPlace, isNewest } from '../src/compose/fleet-database/bring-here.js';
import { readTasks, writeTasks } from '../src/compose/fleet-database/kept-tasks.js';
import { asJson } from '../src/compose/fleet-database/remote-goal.js';
import { RunKeeper } from '../src/compose/fleet-database/run-keeper.js';
import { getSnapshot, type KeptRun, keptRunOf } from '../src/compose/fleet-database/run-snapshot.js';
import { type Machine, machineOf } from './machine.js';
import { makeRun } from './made-run.js';
import { World } from './world.js';

const { FolderArtifactStore } = await import('@codex-orch/engine-dbos');

const full = (store: ArtifactStore): ArtifactStore => ({
  ...store,
  get: (name) => store.get(name),
  has: () => Promise.resolve(false),
  put: () => Promise.reject(new Error('the store is full')),
});

/** Two machines that may go on with a run, and what the database keeps of it. */
async function twoMachines(world: World) {
  const runId = await makeRun(world, { goal: 'one', files: { 'src/one.js': '1;\n' }, approved: false });
  const clone = path.join(world.root, 'clone');
  world.git('clone', '--quiet', world.repo, clone);
  const store = new FolderArtifactStore(path.join(world.root, 'store'));
  const all = { env: world.env, runId, store };
  const a = await machineOf({ ...all, name: 'a', repo: world.repo, home: path.join(world.root, 'state') });
  const b = await machineOf({ ...all, name: 'b', repo: clone, home: path.join(world.root, 'home-b') });
  const database: { pointer?: Json } = {};
  const said: string[] = [];
  const keeperOf = ({ options }: Machine, store = options.store): RunKeeper =>
    new RunKeeper({
      ...options,
      store,
      pointerOf: () => ({
        read: () => Promise.resolve(database.pointer),
        write: (value) => {
          database.pointer = value;
          return Promise.resolve();
        },
      }),
      say: (_run, line) => said.push(line),
    });
  const bring = ({ location, options }: Machine, keeper: RunKeeper): Promise<unknown> =>
    keeper.bring(location, {
      mayRest: false,
      signal: new AbortController().signal,
      makePlace: options.makePlace,
    });
  const kept = (): KeptRun => keptRunOf(runId, database.pointer) as KeptRun;
  return { a, b, store, database, said, keeperOf, bring, kept };
}

const intended: CloudTurn = {
  ...{ marker: 'codex-orch-6f1c1f3e-58a5-4c0f-9d0e-3d5f0a3a1b11', environment: 'env_1', branch: 'main', attempts: 1 },
  ...{ promptSha256: 'a'.repeat(64), startTree: null, tasksBefore: [], evidence: [], task: null, outcome: null },
  intendedAt: '2026-01-01T00:00:00.000Z',
};
const submitted: CloudTurn = {
  ...intended,
  task: { id: 'task_e_1', url: null, submittedAt: '2026-01-01T00:00:01.000Z' },
};
const recordOf = (...turns: CloudTurn[]): CloudRecord => ({ schemaVersion: 1, turns });

it('goes on with a run of another machine only once all can know that it moved, also after it was killed meanwhile', async () => {
  await using world = await World.make();
  const { a, b, store, keeperOf, bring, kept } = await twoMachines(world);
  await keeperOf(a).keep(a.location, null);
  const refusal = { code: 'run-move-not-kept', interrupts: true };
  await expect(bring(b, keeperOf(b, full(store)))).rejects.toMatchObject(refusal);
  expect(await isNewest(b.location, kept(), b.options)).toBe(false);
  // The next process of that machine finds the run in its place.
  await expect(bring(b, keeperOf(b, full(store)))).rejects.toMatchObject(refusal);
  // So far the other machine is the one that may go on with it.
  expect(await isNewest(a.location, kept(), a.options)).toBe(true);
  expect(kept()).toMatchObject({ worker: 'a' });

  await bring(b, keeperOf(b));
  expect(kept()).toMatchObject({ worker: 'b' });
  expect(await isNewest(b.location, kept(), b.options)).toBe(true);
  expect(await isNewest(a.location, kept(), a.options)).toBe(false);
  // What is known need not be stored again.
  await bring(b, keeperOf(b, full(store)));
});

it('keeps the tasks of a run in the cloud beside all of the run, so that another machine has them, and else lets none be asked for', async () => {
  await using world = await World.make();
  const { a, b, store, database, keeperOf, bring, kept } = await twoMachines(world);
  await writeTasks(a.location, recordOf(intended));
  // True before anything was asked for as after it.
  const message = expect.stringContaining('does not go on in Codex Cloud') as string;
  const refused = { code: 'cloud-task-not-kept', interrupts: true, message };
  await expect(keeperOf(a, full(store)).keepTasks(a.location, recordOf(intended))).rejects.toMatchObject(refused);
  expect(database.pointer).toBeUndefined();

  const keeper = keeperOf(a);
  await keeper.keepTasks(a.location, recordOf(intended));
  const before = kept();
  expect(before.cloud).toEqual(recordOf(intended));
  // Only the record is written again.
  await writeTasks(a.location, recordOf(submitted));
  await keeper.keepTasks(a.location, recordOf(submitted));
  expect(kept()).toEqual({ ...before, cloud: recordOf(submitted) });
  await bring(b, keeperOf(b));
  expect(await readTasks(b.location)).toEqual(recordOf(submitted));
  await keeper.keep(a.location, null);
  const snapshot = await getSnapshot(a.location.runId, kept(), store);
  expect(snapshot.run.map((file) => file.path).filter((name) => name.startsWith('cloud/'))).toEqual([
    'cloud/cloud.json',
  ]);
});

it('knows of a task that another machine asked for after this one had brought the run and was killed', async () => {
  await using world = await World.make();
  const { a, b, store, keeperOf, bring, kept } = await twoMachines(world);
  await keeperOf(a).keep(a.location, null);
  await expect(bring(b, keeperOf(b, full(store)))).rejects.toMatchObject({ code: 'run-move-not-kept' });
  // Nothing of it is in the events of the run.
  await bring(a, keeperOf(a));
  await writeTasks(a.location, recordOf(submitted));
  await keeperOf(a).keepTasks(a.location, recordOf(submitted));

  await bring(b, keeperOf(b));
  expect(kept()).toMatchObject({ worker: 'b', cloud: recordOf(submitted) });
  expect(await readTasks(b.location)).toEqual(recordOf(submitted));
});

it('never keeps less of the tasks than is known, and brings those that are', async () => {
  await using world = await World.make();
  const { a, said, keeperOf, bring, kept } = await twoMachines(world);
  await writeTasks(a.location, recordOf(submitted));
  await keeperOf(a).keepTasks(a.location, recordOf(submitted));
  for (const lost of [
    () => rm(cloudRecordFile(a.location)),
    () => writeTasks(a.location, recordOf(intended)),
    () => writeFile(cloudRecordFile(a.location), '{'),
  ]) {
    await lost();
    expect(await keeperOf(a).keep(a.location, null)).toBe(false);
    expect(said.at(-1)).toContain('could not be stored for other workers');
    expect(kept().cloud).toEqual(recordOf(submitted));
    await bring(a, keeperOf(a));
    expect(await readTasks(a.location)).toEqual(recordOf(submitted));
  }
});

it('brings no run whose tasks, as the database has them, are none', async () => {
  await using world = await World.make();
  const { a, b, database, keeperOf, bring, kept } = await twoMachines(world);
  await keeperOf(a).keep(a.location, null);
  for (const cloud of [{ turns: [] }, recordOf({ ...submitted, evidence: '/etc' } as unknown as CloudTurn)]) {
    database.pointer = asJson({ ...kept(), cloud });
    await expect(bring(b, keeperOf(b))).rejects.toMatchObject({ code: 'snapshot-damaged', interrupts: true });
    expect(await hasPlace(b.location)).toBe(false);
  }
});
