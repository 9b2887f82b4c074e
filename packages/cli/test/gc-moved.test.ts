import { existsSync } from 'node:fs';
import { cp, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newRunId } from '@codex-orch/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { newsOf, newsSignal, fleetQueue, fleetWorkflowName } from '../src/compose/fleet-database/fleet-news.js';
import { asJson, goalQueue, remoteGoalWorkflowName } from '../src/compose/fleet-database/remote-goal.js';
import { putSnapshot } from '../src/compose/fleet-database/run-snapshot.js';
import { putPart } from '../src/compose/fleet-database/stored-files.js';
import type { Garbage } from '../src/gc/collect-garbage.js';
import { collect, type Collected } from './gc-world.js';
import { makeRun } from './made-run.js';
import { OtherProcesses } from './other-processes.js';
import { World } from './world.js';

const { DatabaseArtifactStore, DbosEngine, FolderArtifactStore } = await import('@codex-orch/engine-dbos');

const database = new OtherProcesses();
let url: string;
let world: World;

beforeAll(async () => {
  url = await database.postgres();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  world = await World.make();
  await world.configure({ tests: { required: false, commands: [], lint: 'off' } });
});
afterEach(() => world[Symbol.asyncDispose]());

const gc = (...args: string[]): Promise<Collected> => collect(world, ...args);

it('older directories of a run that moved go once it has ended and is old, and where run directories are asked for', async () => {
  const [done, open] = [
    await makeRun(world, { goal: 'done', files: { 'one.js': '1;\n' } }),
    await makeRun(world, { goal: 'open', files: { 'two.js': '2;\n' }, approved: false }),
  ];
  const place = (name: string): string => path.join(world.repo, '.runs/adhoc', name);
  for (const runId of [done, open]) await cp(place(runId), place(`${runId}.replaced-1`), { recursive: true });
  await mkdir(place(`.${done}.restoring`));
  await mkdir(place('notes.replaced-1'));
  await symlink(world.repo, place(`${done}.replaced-2`));
  const gone = ({ removed }: Garbage): string[] =>
    removed.filter(({ kind }) => kind === 'replaced-run').map((one) => path.basename(one.path));

  expect(gone(await gc('--older-than', '0m'))).toEqual([]);
  const young = await gc('--runs');
  expect(gone(young)).toEqual([]);
  expect(young.kept).toContainEqual({ runId: done, why: `${done}.replaced-1 stays: it is not old enough` });
  const filled = await gc('--runs', '--older-than', '0m', '--dry-run');
  expect(gone(filled)).toEqual([`${done}.replaced-1`]);
  expect(filled.kept).toContainEqual({
    runId: done,
    why: `.${done}.restoring stays: a process may be bringing the run here`,
  });
  const before = new Date(Date.now() - 2 * 3_600_000);
  await utimes(place(`.${done}.restoring`), before, before);
  expect(gone(await gc('--runs', '--older-than', '0m', '--dry-run'))).toHaveLength(2);
  expect(existsSync(place(`${done}.replaced-1`))).toBe(true);
  const real = await gc('--runs', '--older-than', '0m');
  expect(gone(real).sort()).toEqual([`.${done}.restoring`, `${done}.replaced-1`]);
  expect(real.kept).toContainEqual({ runId: open, why: `${open}.replaced-1 stays: its run has not ended` });
  for (const name of [`${open}.replaced-1`, 'notes.replaced-1', `${done}.replaced-2`])
    expect(existsSync(place(name)), name).toBe(true);
  expect((await world.run('audit', 'list')).out).toMatch(/gc-delete +done .*replaced-run/);
});

it('what a database holds of goals goes once all of their file have ended, but for what others name or just used', async () => {
  await using engine = new DbosEngine({ url, version: '1' });
  await using store = new DatabaseArtifactStore(engine);
  await engine.workers();
  engine.defineQueue(goalQueue, {});
  engine.defineQueue(fleetQueue(goalQueue), {});
  const [named, listed, unnamed, fresh] = await Promise.all(
    ['named', 'listed', 'unnamed', 'fresh'].map((text) => putPart(Buffer.from(text), store)),
  );
  if (!named || !listed || !unnamed || !fresh) throw new Error('Nothing was stored.');
  const [ended, kept] = [newRunId(), newRunId()];
  // One goal of each file has ended; only one of the files has, too.
  for (const [file, goal, digest] of [
    ['goals-over', ended, unnamed],
    ['goals-open', kept, named],
  ] as const) {
    await engine.submit(fleetWorkflowName, {}, { id: file, queue: fleetQueue(goalQueue) });
    await engine.submit(remoteGoalWorkflowName, asJson({ digest }), { id: goal, queue: goalQueue });
    const began = newsOf({ goals: [{ id: 'one', runId: goal }], events: 0 } as never, undefined);
    await engine.signal(file, newsSignal, began.payload, began.key);
    await engine.cancel(goal);
  }
  await engine.cancel('goals-over');
  const head = { seq: 1, hash: '0'.repeat(64) };
  const run = [{ path: 'events.jsonl', parts: [listed] }];
  const snapshot = { schemaVersion: 1, runId: kept, taskId: 'adhoc', worker: 'a', head, run, tree: null } as const;
  const parts = await putSnapshot({ ...snapshot, run, codex: [] }, store);
  const pointer = { schemaVersion: 1, worker: 'a', head, parts, standing: null };
  const points = (runId: string): Promise<unknown> =>
    engine.database.query(`INSERT INTO codex_orch.pointers (run_id, pointer, written_at) VALUES ($1, $2, 'epoch')`, [
      runId,
      JSON.stringify(pointer),
    ]);
  await points(kept);
  await engine.database.query(`UPDATE codex_orch.artifacts SET used_at = 'epoch' WHERE sha256 <> $1`, [fresh.sha256]);

  const collected = async (...args: string[]): Promise<unknown> =>
    (await gc('--older-than', '0m', '--database', url, ...args)).removed.map(({ kind, bytes }) => ({ kind, bytes }));
  const expected = [{ kind: 'artifacts', bytes: 'unnamed'.length }];
  expect((await gc('--database', url)).removed).toEqual([]);
  await points(ended);
  expect(await collected('--dry-run')).toEqual(expected);
  expect(await store.has(unnamed)).toBe(true);
  // Whoever asked whether it is there relies on it.
  expect(await collected()).toEqual([]);
  await engine.database.query(`UPDATE codex_orch.artifacts SET used_at = 'epoch' WHERE sha256 = $1`, [unnamed.sha256]);
  expect(await collected()).toEqual(expected);
  for (const digest of [named, listed, fresh, ...parts]) expect(await store.has(digest)).toBe(true);
  expect(await store.has(unnamed)).toBe(false);
  expect([await engine.seenPointer(kept), await engine.seenPointer(ended)]).toEqual([pointer, undefined]);
});

it('what workers share in a folder goes by what its database names, and no run that cannot be read keeps the rest', async () => {
  await using engine = new DbosEngine({ url: await database.postgres(), version: '1' });
  await engine.workers();
  engine.defineQueue(goalQueue, {});
  const place = path.join(world.root, 'shared');
  const store = new FolderArtifactStore(place, { own: () => engine.identity() });
  const [listed, unnamed, foreign] = [
    await putPart(Buffer.from('listed'), store),
    await putPart(Buffer.from('unnamed'), store),
    await putPart(Buffer.from('foreign'), new FolderArtifactStore(place, { own: () => Promise.resolve('other') })),
  ];
  const fileOf = (owner: string, { sha256 }: { readonly sha256: string }): string =>
    path.join(place, owner, sha256.slice(0, 2), sha256.slice(2));
  const list = await putPart(Buffer.from(JSON.stringify({ later: [{ is: listed.sha256 }] })), store);
  const damaged = await putPart(Buffer.from('damaged'), store);
  const own = await engine.identity();
  await writeFile(fileOf(own, damaged), 'DAMAGED');
  // One that a later version wrote, and one that nobody can read.
  const runs = { later: { schemaVersion: 2, in: { deep: [list] } }, broken: { schemaVersion: 2, in: [damaged] } };
  for (const [id, pointer] of Object.entries(runs)) {
    await engine.submit(remoteGoalWorkflowName, {}, { id, queue: goalQueue });
    await engine.database.query(`INSERT INTO codex_orch.pointers (run_id, pointer) VALUES ($1, $2)`, [
      id,
      JSON.stringify(pointer),
    ]);
  }
  const then = new Date(Date.now() - 48 * 3_600_000);
  for (const file of [...[listed, unnamed, list, damaged].map((one) => fileOf(own, one)), fileOf('other', foreign)])
    await utimes(file, then, then);
  const args = ['--older-than', '0m', '--database', engine.database.url, '--artifacts', place];
  const { removed, kept } = await gc(...args, '--dry-run');
  expect(removed).toMatchObject([{ kind: 'artifacts', path: place, bytes: 'unnamed'.length }]);
  expect(kept).toContainEqual({ runId: 'broken', why: expect.stringContaining('damaged') as string });
  expect(existsSync(fileOf(own, unnamed))).toBe(true);
  await gc(...args);
  expect([listed, list, damaged, unnamed].map((one) => existsSync(fileOf(own, one)))).toEqual([
    ...[true, true, true, false],
  ]);
  expect(existsSync(fileOf('other', foreign))).toBe(true);
  expect((await world.run('gc', '--artifacts', place)).err).toContain('give --database, too');
});
