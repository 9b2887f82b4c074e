import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Json, OrchError, Redactor, RunLayout, type RunLocation, Workspace } from '@codex-orch/core';
import type { ArtifactStore } from '@codex-orch/engine-dbos';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type BringHereOptions, bringHere, isHere } from '../src/compose/fleet-database/bring-here.js';
import { remoteStandingSchema } from '../src/compose/fleet-database/remote-goal.js';
import { RunKeeper, type RunKeeperOptions } from '../src/compose/fleet-database/run-keeper.js';
import { type KeptRun, putSnapshot } from '../src/compose/fleet-database/run-snapshot.js';
import { type RunSnapshot, snapshotSchema } from '../src/compose/fleet-database/snapshot-format.js';
import { storeRun } from '../src/compose/fleet-database/store-run.js';
import { putFile } from '../src/compose/fleet-database/stored-files.js';
import { noteRun } from '../src/compose/noted-runs.js';
import { workspaceDir } from '../src/compose/orch-home.js';
import { type Machine, machineOf } from './machine.js';
import { builder, manyByShell, planner, reviewer, say, World } from './world.js';

let made: World;
let runId: string;
let pristine: string;

const storeIn = async (folder: string): Promise<ArtifactStore> => {
  const { FolderArtifactStore } = await import('@codex-orch/engine-dbos');
  return new FolderArtifactStore(folder);
};

/** A run that waits for an approval; each test has a store, and a second machine, of its own. */
beforeAll(async () => {
  made = await World.make();
  await made.model([planner(), builder(1, { shell: manyByShell }, say), reviewer()]);
  const ran = await made.run('run', 'sum any number of numbers', '--json');
  expect(ran.code, ran.err).toBe(3);
  ({ runId } = await made.manifest());
  pristine = path.join(made.root, 'store');
});

afterAll(() => made[Symbol.asyncDispose]());

let there: string;
let store: ArtifactStore;
let kept: KeptRun;
let options: BringHereOptions;
let location: RunLocation;
let recorded: string[];
let tests = 0;

beforeEach(async () => {
  const from = new RunLayout(made.repo).place('adhoc', runId);
  const stored = await storeRun(from, {
    env: made.env,
    store: await storeIn(pristine),
    redactor: new Redactor(),
    worker: 'a',
  });
  if (!stored) throw new Error('There is no run.');
  there = path.join(made.root, `there-${++tests}`);
  await cp(pristine, path.join(there, 'store'), { recursive: true });
  store = await storeIn(path.join(there, 'store'));
  recorded = [];
  kept = { schemaVersion: 1, worker: 'a', standing: null, ...stored };
  ({ location, options } = await machine('b'));
});

/** Another machine, with a clone and a home of its own. */
function machine(name: string): Promise<Machine> {
  const clone = path.join(there, `clone-${name}`);
  made.git('clone', '--quiet', made.repo, clone);
  return machineOf({
    name,
    repo: clone,
    home: path.join(there, `home-${name}`),
    env: made.env,
    runId,
    store,
    onRecord: (entry) => recorded.push(entry),
  });
}

afterEach(() => rm(there, { recursive: true, force: true }));

const runsThere = async (): Promise<readonly string[]> =>
  (await readdir(path.dirname(location.dir)).catch(() => [])).sort();

const listOf = async (): Promise<RunSnapshot> => {
  const texts = await Promise.all(
    kept.parts.map(({ sha256 }) => readFile(path.join(there, 'store', sha256.slice(0, 2), sha256.slice(2)), 'utf8')),
  );
  return snapshotSchema.parse(JSON.parse(texts.join('')));
};

it('is the same run elsewhere, with a line that tells that it moved', async () => {
  await bringHere(location, kept, options);
  expect(await isHere(location, kept, options)).toBe(true);
  const from = new RunLayout(made.repo).place('adhoc', runId).dir;
  for (const name of ['journal.jsonl', 'diff.patch', 'review.json', 'tests/1.json'])
    expect(await readFile(path.join(location.dir, name))).toEqual(await readFile(path.join(from, name)));
  const before = await readFile(path.join(from, 'events.jsonl'), 'utf8');
  const after = await readFile(path.join(location.dir, 'events.jsonl'), 'utf8');
  expect(after.startsWith(before)).toBe(true);
  expect(JSON.parse(after.slice(before.length))).toMatchObject({
    type: 'run.moved',
    data: { from: { worker: 'a', repository: made.repo }, to: { worker: 'b', repository: options.repositoryRoot } },
  });
  const tree = path.join(workspaceDir(options.env, runId), 'tree');
  expect(await readFile(path.join(tree, 'src/more.js'), 'utf8')).toContain('a * 2');
  const threads = await readdir(path.join(there, 'home-b/codex', runId, 'sessions'), { recursive: true });
  expect(threads.filter((name) => name.endsWith('.jsonl'))).toHaveLength(1);
  expect(await runsThere()).toEqual([runId]);
  expect(recorded).toEqual([]);
});

it('takes the place of an older one, which is kept aside and named in the audit log', async () => {
  const older = new RunLayout(made.repo).place('adhoc', runId).dir;
  await mkdir(path.dirname(location.dir), { recursive: true });
  await cp(older, location.dir, { recursive: true });
  await noteRun(options.env, location);
  const lines = (await readFile(path.join(older, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  await writeFile(path.join(location.dir, 'events.jsonl'), `${lines.slice(0, -2).join('\n')}\n`);
  expect(await isHere(location, kept, options)).toBe(false);
  await bringHere(location, kept, options);
  expect(await isHere(location, kept, options)).toBe(true);
  expect(await runsThere()).toEqual([runId, `${runId}.replaced-1`]);
  expect(recorded).toEqual([`run-replaced ${location.dir}.replaced-1`]);
});

it('is not the one that is here when another machine went another way from the same events', async () => {
  await bringHere(location, kept, options);
  const events = await readFile(path.join(location.dir, 'events.jsonl'), 'utf8');
  const seq = events.trimEnd().split('\n').length;
  const ours = createHash('sha256')
    .update(events.trimEnd().split('\n').at(-1) ?? '')
    .digest('hex');
  expect(await isHere(location, { head: { seq, hash: ours } }, options)).toBe(true);
  expect(await isHere(location, { head: { seq, hash: '0'.repeat(64) } }, options)).toBe(false);
  expect(await isHere(location, { head: { seq: seq + 1, hash: ours } }, options)).toBe(false);
});

it('leaves nothing that could be taken for a run when any stored file is cut off, changed or gone, and is whole once it is back', async () => {
  const list = await listOf();
  const parts = [...list.run, ...list.codex, ...(list.tree ? [list.tree] : []), { parts: kept.parts }].flatMap(
    (file) => file.parts,
  );
  for (const [index, { sha256 }] of parts.entries()) {
    const file = path.join(there, 'store', sha256.slice(0, 2), sha256.slice(2));
    const bytes = await readFile(file);
    const changed = Buffer.from(bytes);
    changed[bytes.length >> 1] = (changed[bytes.length >> 1] ?? 0) ^ 1;
    const harms = [() => truncate(file, bytes.length - 1), () => writeFile(file, changed), () => rm(file)];
    await harms[index % harms.length]?.();
    await expect(bringHere(location, kept, options)).rejects.toMatchObject({ code: 'snapshot-damaged' });
    expect(await runsThere()).toEqual([]);
    await writeFile(file, bytes);
  }
  await bringHere(location, kept, options);
  expect(await runsThere()).toEqual([runId]);
});

const names = fc.oneof(
  fc.string(),
  fc.constantFrom('..', '../x', 'a/../../x', '/etc/x', 'a//b', './a', '.git/config', 'a\\..\\x', 'a\u0000', 'a/', ''),
  fc.array(fc.constantFrom('..', '.', 'a', '', '~', 'C:'), { minLength: 1 }).map((parts) => parts.join('/')),
);

it('names no file outside of its folders', async () => {
  const list = await listOf();
  fc.assert(
    fc.property(names, (name) => {
      const { success } = snapshotSchema.safeParse({ ...list, run: [{ path: name, parts: [] }] });
      const isPlain = name.split('/').every((part) => /^\w[\w.-]*$/.test(part));
      return !success || isPlain;
    }),
  );
  const twice = [list.run[0], list.run[0]];
  expect(snapshotSchema.safeParse({ ...list, codex: twice }).success).toBe(false);
  // What would speak to the Codex of another machine, and what says who holds a run.
  for (const own of ['rules/default.rules', 'AGENTS.md', 'sessions/AGENTS.md', 'config.toml'])
    expect(snapshotSchema.safeParse({ ...list, codex: [{ path: own, parts: [] }] }).success, own).toBe(false);
  expect(snapshotSchema.safeParse({ ...list, run: [{ path: 'lock.1', parts: [] }] }).success).toBe(false);
  const huge = {
    path: 'a',
    parts: Array.from({ length: 3000 }, () => ({ sha256: '0'.repeat(64), bytes: 256 * 1024 })),
  };
  expect(snapshotSchema.safeParse({ ...list, run: [huge] }).success).toBe(false);
});

it('is refused when it is of another run, when its parts are of others, or when a link would lead a thread elsewhere', async () => {
  const list = await listOf();
  const bring = async (other: RunSnapshot): Promise<unknown> => {
    kept = { ...kept, parts: await putSnapshot(other, store) };
    return bringHere(location, kept, options);
  };
  const damaged = { code: 'snapshot-damaged' };
  await expect(bring({ ...list, runId: '01K9ZQ3F8M4Q6Z8V0C2X4B6N8P' })).rejects.toMatchObject(damaged);
  await expect(bring({ ...list, taskId: 'another' })).rejects.toMatchObject(damaged);
  await expect(bring({ ...list, tree: null })).rejects.toMatchObject(damaged);
  await expect(bring({ ...list, head: { ...list.head, seq: 1 } })).rejects.toMatchObject(damaged);
  await expect(
    bring({ ...list, run: list.run.filter(({ path: name }) => name !== 'events.jsonl') }),
  ).rejects.toMatchObject(damaged);
  await mkdir(path.join(there, 'home-b/codex', runId), { recursive: true });
  await symlink(made.root, path.join(there, 'home-b/codex', runId, 'sessions'));
  await expect(bring(list)).rejects.toMatchObject({ code: 'path-escapes' });
  expect(await runsThere()).toEqual([]);
});

it('is refused when its tree is not what its diff says, though all its events say so', async () => {
  const from = new RunLayout(made.repo).place('adhoc', runId);
  const workspace = await Workspace.open(workspaceDir(made.env, runId));
  const { tree: honest } = await workspace.snapshot();
  await writeFile(path.join(workspace.tree, 'backdoor.js'), 'evil();\n');
  const { tree: other } = await workspace.snapshot();
  await workspace.restore(honest);
  await workspace.carry(other, path.join(there, 'tree'));
  let prev = '';
  let seq = 0;
  const lines = (await readFile(path.join(from.dir, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  const chained = lines.map((line) => {
    const body = line.slice(0, line.lastIndexOf(',"sum":"')).replaceAll(honest, other);
    const told = prev === '' ? body : body.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`);
    const sealed = `${told},"sum":"${sumOf(told).slice(0, 16)}"}`;
    prev = sumOf(sealed);
    seq += 1;
    return sealed;
  });
  await writeFile(path.join(there, 'events'), `${chained.join('\n')}\n`);
  const list = await listOf();
  const events = { path: 'events.jsonl', parts: await putFile(path.join(there, 'events'), store) };
  const forged: RunSnapshot = {
    ...list,
    head: { seq, hash: prev },
    run: [...list.run.filter((file) => file.path !== events.path), events],
    tree: { id: other, parts: await putFile(path.join(there, 'tree'), store) },
  };
  const forgedKept = { ...kept, head: forged.head, parts: await putSnapshot(forged, store) };
  await expect(bringHere(location, forgedKept, options)).rejects.toThrow('its tree is not what its diff says');
  expect(await runsThere()).toEqual([]);
});

it('interrupts a run that this machine alone cannot go on with, and does not end it', async () => {
  const { pointerOf } = sharedPointer();
  const missing = new Refused();
  const orchestrator = { ...options.orchestrator, makeWorkspace: () => Promise.reject(missing) };
  const keeper = new RunKeeper({ ...options, orchestrator, pointerOf, say: () => undefined });
  const how = { mayRest: false, signal: new AbortController().signal, makePlace: options.makePlace };
  await expect(keeper.bring(location, how)).rejects.toMatchObject({
    code: 'run-not-brought',
    interrupts: true,
    cause: missing,
  });
});

it('says what became of a decision to all, or interrupts, so that nobody offers a decided diff again', async () => {
  const standing = { runId, phase: 'awaiting-approval', worker: 'a', diffSha256: 'd', requests: [], artifacts: [] };
  kept = { ...kept, standing: remoteStandingSchema.parse(standing) };
  const { pointerOf, value } = sharedPointer();
  await bringHere(location, kept, options);
  const full: ArtifactStore = {
    ...store,
    has: () => Promise.resolve(false),
    put: () => Promise.reject(new Error('full')),
  };
  const keeperOn = (on: ArtifactStore) => new RunKeeper({ ...options, store: on, pointerOf, say: () => undefined });
  await expect(keeperOn(full).keepDecided(location)).rejects.toMatchObject({ code: 'run-not-kept', interrupts: true });
  await keeperOn(store).keepDecided(location);
  expect(value()).toMatchObject({ worker: 'b', standing: null });
  // Nobody believes that it rests any more.
  await expect(keeperOn(full).keepDecided(location)).resolves.toBeUndefined();
});

it('stores nothing twice', async () => {
  const from = new RunLayout(made.repo).place('adhoc', runId);
  const parts = async (): Promise<ReadonlyMap<string, number>> => {
    const files = (await readdir(path.join(there, 'store'), { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    );
    const places = files.map((one) => path.join(one.parentPath, one.name));
    return new Map(await Promise.all(places.map(async (place) => [place, (await stat(place)).mtimeMs] as const)));
  };
  const before = await parts();
  const again = await storeRun(from, { env: made.env, store, redactor: options.redactor, worker: 'a' });
  expect(again).toEqual({ head: kept.head, parts: kept.parts });
  expect(await parts()).toEqual(before);
});

class Refused extends OrchError {
  readonly code = 'unknown-object';

  constructor() {
    super('The base is not here.');
  }
}

/** What the database keeps for all machines. */
function sharedPointer(): { readonly value: () => Json; readonly pointerOf: RunKeeperOptions['pointerOf'] } {
  let pointer: Json = JSON.parse(JSON.stringify(kept)) as Json;
  const write = (value: Json): Promise<void> => {
    pointer = value;
    return Promise.resolve();
  };
  return { value: () => pointer, pointerOf: () => ({ read: () => Promise.resolve(pointer), write }) };
}

const moves = async (dir: string): Promise<readonly string[]> =>
  [
    ...(await readFile(path.join(dir, 'events.jsonl'), 'utf8')).matchAll(
      /"run.moved".*?"worker":"(\w)".*?"worker":"(\w)"/g,
    ),
  ].map(([, from, to]) => `${from ?? ''} to ${to ?? ''}`);

it('goes from machine to machine and back, and each notices that what it has is the older one', async () => {
  const { pointerOf } = sharedPointer();
  const [b, c] = [{ location, options }, await machine('c')];
  const said: string[] = [];
  const bring = ({ location: place, options: own }: typeof b, mayRest = false): Promise<unknown> =>
    new RunKeeper({ ...own, pointerOf, say: (_run, line) => said.push(line) }).bring(place, {
      mayRest,
      signal: new AbortController().signal,
      makePlace: own.makePlace,
    });
  await bring(b);
  await bring(b);
  expect(await moves(b.location.dir)).toEqual(['a to b']);
  await bring(c);
  await bring(b);
  await bring(b);
  expect(await moves(b.location.dir)).toEqual(['a to b', 'b to c', 'c to b']);
  expect(recorded).toEqual([`run-replaced ${b.location.dir}.replaced-1`]);
  expect(await moves(`${b.location.dir}.replaced-1`)).toEqual(['a to b']);
  expect(said).toEqual(
    ['a', 'b', 'c'].map((from) => `Run ${runId} is here now, as worker ${from} last stored it, and goes on.`),
  );
});

it('stays where it is when all there is to know is how it rests', async () => {
  const standing = { runId, phase: 'awaiting-approval', worker: 'a', diffSha256: 'd', requests: [], artifacts: [] };
  kept = { ...kept, standing: remoteStandingSchema.parse(standing) };
  const { pointerOf } = sharedPointer();
  const keeper = new RunKeeper({ ...options, pointerOf, say: () => undefined });
  const how = { signal: new AbortController().signal, makePlace: options.makePlace };
  expect(await keeper.bring(location, { ...how, mayRest: true })).toEqual(kept.standing);
  expect(await runsThere()).toEqual([]);
  expect(await keeper.bring(location, { ...how, mayRest: false })).toBeUndefined();
  expect(await runsThere()).toEqual([runId]);
});

it('goes on where it is when it cannot be kept, which is said once', async () => {
  const { pointerOf, value } = sharedPointer();
  await bringHere(location, kept, options);
  const before = value();
  const said: string[] = [];
  const full: ArtifactStore = {
    ...store,
    has: () => Promise.resolve(false),
    put: () => Promise.reject(new Error('the store is full')),
  };
  const keeper = new RunKeeper({ ...options, store: full, pointerOf, say: (_run, line) => said.push(line) });
  await keeper.keep(location, null);
  await keeper.keep(location, null);
  expect(said).toEqual([`Run ${runId} could not be stored for other workers: the store is full`]);
  expect(value()).toEqual(before);
});
