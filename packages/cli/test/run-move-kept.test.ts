import path from 'node:path';
import { createWorkspace, type Json, openRepository, Redactor, RunLayout, type RunLocation } from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import { expect, it } from 'vitest';
import { type BringHereOptions, isHere } from '../src/compose/fleet-database/bring-here.js';
import { asJson } from '../src/compose/fleet-database/remote-goal.js';
import { RunKeeper } from '../src/compose/fleet-database/run-keeper.js';
import { type KeptRun, keptRunOf } from '../src/compose/fleet-database/run-snapshot.js';
import { storeRun } from '../src/compose/fleet-database/store-run.js';
import { noteRun } from '../src/compose/noted-runs.js';
import { workspaceDir } from '../src/compose/orch-home.js';
import { makeRun } from './made-run.js';
import { World } from './world.js';

interface Machine {
  readonly location: RunLocation;
  readonly options: Omit<BringHereOptions, 'makePlace'>;
  readonly makePlace: BringHereOptions['makePlace'];
}

async function machine(world: World, runId: string, worker: string, repo: string, home: string): Promise<Machine> {
  const { FolderArtifactStore } = await import('@codex-orch/engine-dbos');
  const repository = await openRepository(repo);
  const env = { ...world.env, CODEX_ORCH_HOME: home };
  const layout = new RunLayout(repository.root);
  return {
    location: layout.place('adhoc', runId),
    makePlace: async (place) => {
      await noteRun(env, place);
      await layout.make(place);
    },
    options: {
      orchestrator: {
        stopping: new AbortController().signal,
        release: () => Promise.resolve(),
        makeWorkspace: (_run, commit) => createWorkspace({ repository, commit, dir: workspaceDir(env, runId) }),
      },
      repositoryRoot: repository.root,
      env,
      store: new FolderArtifactStore(path.join(world.root, 'store')),
      redactor: new Redactor(),
      notary: { check: () => Promise.resolve(), recorded: (_actor, _entry, act) => act() },
      worker,
    },
  };
}

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
  const a = await machine(world, runId, 'a', world.repo, path.join(world.root, 'state'));
  const b = await machine(world, runId, 'b', clone, path.join(world.root, 'home-b'));
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
  const bring = ({ location, options, makePlace }: Machine, store = options.store): Promise<unknown> =>
    new RunKeeper({ ...options, store, pointerOf, say: () => undefined }).bring(location, {
      mayRest: false,
      signal: new AbortController().signal,
      makePlace,
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
