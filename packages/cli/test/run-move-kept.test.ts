import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Json } from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import { expect, it } from 'vitest';
import { cloudDirOf } from '../src/compose/cloud/cloud-place.js';
import { isHere } from '../src/compose/fleet-database/bring-here.js';
import { readTasks, writeTasks } from '../src/compose/fleet-database/kept-tasks.js';
import { asJson } from '../src/compose/fleet-database/remote-goal.js';
import { RunKeeper } from '../src/compose/fleet-database/run-keeper.js';
import { getSnapshot, type KeptRun, keptRunOf } from '../src/compose/fleet-database/run-snapshot.js';
import { storeRun } from '../src/compose/fleet-database/store-run.js';
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

it('goes on with a run of another machine only once all can know that it moved, also after it was killed meanwhile', async () => {
  await using world = await World.make();
  const runId = await makeRun(world, { goal: 'one', files: { 'src/one.js': '1;\n' }, approved: false });
  const clone = path.join(world.root, 'clone');
  world.git('clone', '--quiet', world.repo, clone);
  const store = new FolderArtifactStore(path.join(world.root, 'store'));
  const all = { env: world.env, runId, store };
  const a = await machineOf({ ...all, name: 'a', repo: world.repo, home: path.join(world.root, 'state') });
  const b = await machineOf({ ...all, name: 'b', repo: clone, home: path.join(world.root, 'home-b') });
  const stored = await storeRun(a.location, a.options);
  if (!stored) throw new Error('There is no run.');
  let pointer = asJson({ schemaVersion: 1, worker: 'a', standing: null, ...stored });
  const kept = (): KeptRun => keptRunOf(runId, pointer) as KeptRun;
  const pointerOf = () => ({
    read: () => Promise.resolve(pointer),
    write: (value: Json) => {
      pointer = value;
      return Promise.resolve();
    },
  });
  const bring = ({ location, options }: Machine, store = options.store): Promise<unknown> =>
    new RunKeeper({ ...options, store, pointerOf, say: () => undefined }).bring(location, {
      mayRest: false,
      signal: new AbortController().signal,
      makePlace: options.makePlace,
    });

  const refusal = { code: 'run-move-not-kept', interrupts: true };
  await expect(bring(b, full(b.options.store))).rejects.toMatchObject(refusal);
  expect(await isHere(b.location, kept(), b.options)).toBe(true);
  // The next process of that machine finds the run in its place.
  await expect(bring(b, full(b.options.store))).rejects.toMatchObject(refusal);
  // So far the other machine is the one that may go on with it.
  expect(await isHere(a.location, kept(), a.options)).toBe(true);
  expect(kept()).toMatchObject({ worker: 'a' });

  await bring(b);
  expect(kept()).toMatchObject({ worker: 'b' });
  expect(await isHere(a.location, kept(), a.options)).toBe(false);
  // What is known need not be stored again.
  await bring(b, full(b.options.store));
});

it('keeps the tasks of a run in the cloud beside all of the run, so that another machine has them, and else lets none be asked for', async () => {
  await using world = await World.make();
  const runId = await makeRun(world, { goal: 'one', files: { 'src/one.js': '1;\n' }, approved: false });
  const clone = path.join(world.root, 'clone');
  world.git('clone', '--quiet', world.repo, clone);
  const store = new FolderArtifactStore(path.join(world.root, 'store'));
  const all = { env: world.env, runId, store };
  const a = await machineOf({ ...all, name: 'a', repo: world.repo, home: path.join(world.root, 'state') });
  const b = await machineOf({ ...all, name: 'b', repo: clone, home: path.join(world.root, 'home-b') });
  let pointer: Json | undefined;
  const pointerOf = () => ({
    read: () => Promise.resolve(pointer),
    write: (value: Json) => {
      pointer = value;
      return Promise.resolve();
    },
  });
  const keeperOf = ({ options }: Machine, store = options.store): RunKeeper =>
    new RunKeeper({ ...options, store, pointerOf, say: () => undefined });
  const intended = { turns: ['intended'] };
  await writeTasks(a.location, intended);
  const refused = { code: 'cloud-task-not-kept', interrupts: true };
  await expect(keeperOf(a, full(store)).keepTasks(a.location, intended)).rejects.toMatchObject(refused);
  expect(pointer).toBeUndefined();

  const keeper = keeperOf(a);
  await keeper.keepTasks(a.location, intended);
  const kept = keptRunOf(runId, pointer);
  expect(kept?.cloud).toEqual(intended);
  // What a run directory has of a login stays where it is.
  await writeFile(path.join(cloudDirOf(a.location), 'submission-1'), 'account');
  await keeper.keepTasks(a.location, { turns: ['submitted'] });
  expect(keptRunOf(runId, pointer)).toEqual({ ...kept, cloud: { turns: ['submitted'] } });
  await keeperOf(b).bring(b.location, {
    mayRest: false,
    signal: new AbortController().signal,
    makePlace: b.options.makePlace,
  });
  expect(await readTasks(b.location)).toEqual({ turns: ['submitted'] });
  await keeper.keep(a.location, null);
  const snapshot = await getSnapshot(runId, keptRunOf(runId, pointer) as KeptRun, store);
  expect(snapshot.run.map((file) => file.path).filter((name) => name.startsWith('cloud/'))).toEqual([
    'cloud/cloud.json',
  ]);
});
