import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProcessLock } from '@codex-orch/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect, type Collected, inState } from './gc-world.js';
import { builder, oneChange, planner, reviewer, say, World } from './world.js';

let world: World;

const scenes = [planner(), builder(1, { applyPatch: oneChange }, say), reviewer()];

let bringBack: () => Promise<void>;

/** Every test begins with one run, which waits for its approval. */
beforeAll(async () => {
  world = await World.make();
  await world.model(scenes);
  await newRun();
  bringBack = world.keep();
});

beforeEach(() => bringBack());

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const state = (...names: string[]): string => inState(world, ...names);
const workspace = (runId: string): string => state('workspaces', runId);
const runDir = (runId: string): string => path.join(world.repo, '.runs/adhoc', runId);

type Command = 'approve' | 'reject' | 'apply';

/** The id of the newest run, after these commands. */
async function theRun(...then: readonly Command[]): Promise<string> {
  const { runId } = await world.manifest();
  for (const command of then) expect((await world.run(command, runId)).code).toBe(0);
  expect(existsSync(workspace(runId))).toBe(true);
  return runId;
}

async function newRun(...then: readonly Command[]): Promise<string> {
  expect((await world.run('run', 'do it')).code).toBe(3);
  return theRun(...then);
}

const gc = (...args: string[]): Promise<Collected> => collect(world, ...args);

describe('by age', () => {
  it('what a rejected run left is removed once it is old, its directory only when asked', async () => {
    const runId = await theRun('reject');
    expect(await gc()).toMatchObject({ removed: [], kept: [{ runId, why: 'it is not old enough' }] });

    const dry = await gc('--older-than', '0m', '--dry-run');
    expect(dry.removed.map(({ kind }) => kind).sort()).toEqual(['codex-home', 'workspace']);
    expect(dry.freedBytes).toBeGreaterThan(10_000);
    expect(existsSync(workspace(runId))).toBe(true);

    const real = await gc('--older-than', '0m');
    expect(real.removed).toEqual(dry.removed);
    expect(existsSync(workspace(runId))).toBe(false);
    expect(existsSync(state('codex', runId))).toBe(false);
    expect((await world.run('runs', 'verify', runId)).out).toContain('intact');

    expect((await gc('--older-than', '0m', '--runs')).removed).toMatchObject([
      { kind: 'run-directory', path: runDir(runId) },
      { kind: 'note' },
    ]);
    expect(await readdir(path.join(world.repo, '.runs/adhoc'))).toEqual([]);
    expect((await world.run('audit', 'list')).out.match(/gc-delete +done/g)).toHaveLength(4);
  });

  it('an approved diff that is not applied stays, and can be applied without its work tree', async () => {
    const runId = await theRun('approve');
    const { kept } = await gc('--older-than', '0m', '--runs');
    expect(kept).toEqual([{ runId, why: 'its approved diff is not applied yet' }]);
    expect(existsSync(workspace(runId))).toBe(false);
    expect((await world.run('apply', runId)).code).toBe(0);
    expect(await world.read('src/sum.js')).toContain('numbers.reduce');
    expect((await gc('--older-than', '0m', '--runs')).removed).toContainEqual(
      expect.objectContaining({ kind: 'run-directory', runId }),
    );
  });

  it('an approved commit stays where diff.patch is no longer that diff', async () => {
    const runId = await theRun('approve');
    await writeFile(path.join(runDir(runId), 'diff.patch'), 'something else');
    const { removed, kept } = await gc('--older-than', '0m', '--runs');
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([{ runId, why: expect.stringContaining('is not that diff') as string }]);
  });

  it('a run that waits for an approval, that is held, or that is damaged stays', async () => {
    const waiting = await theRun();
    const held = await newRun('reject');
    const damaged = await newRun('reject');
    await using _lock = await ProcessLock.acquire(path.join(runDir(held), 'lock'), 'it');
    await writeFile(path.join(runDir(damaged), 'events.jsonl'), 'x\n');
    const { removed, kept } = await gc('--older-than', '0m', '--runs');
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([
      { runId: waiting, why: 'it waits for an approval' },
      { runId: held, why: expect.stringContaining(`process ${process.pid}`) as string },
      { runId: damaged, why: expect.stringContaining('it is damaged') as string },
    ]);
    expect((await world.run('approve', waiting)).code).toBe(0);
  });
});

it('by count: the newest stay, however old they are', async () => {
  const runs = [await theRun('reject'), await newRun('reject'), await newRun('reject')];
  const { removed, kept } = await gc('--keep', '2');
  expect(new Set(removed.map(({ runId }) => runId))).toEqual(new Set([runs[0]]));
  expect(kept).toEqual(runs.slice(1).map((runId) => ({ runId, why: 'it is one of the newest' })));
  expect((await gc('--keep', '0', '--older-than', '1d')).removed).toEqual([]);
});

describe('what belongs to no run any more', () => {
  it('is removed where the run directory is gone, whatever its age', async () => {
    const runId = await theRun();
    await rm(runDir(runId), { recursive: true });
    expect((await gc()).removed.map(({ kind }) => kind).sort()).toEqual(['codex-home', 'note', 'workspace']);
    expect(await readdir(state('workspaces'))).toEqual([]);
  });

  it('stays while its whole repository is missing, until it is old', async () => {
    const runId = await theRun();
    await rename(world.repo, `${world.repo}.away`);
    const elsewhere = await World.make();
    elsewhere.env['CODEX_ORCH_HOME'] = state();
    try {
      const first = await collect(elsewhere);
      expect(first.kept).toMatchObject([{ runId, why: expect.stringContaining('is not there') as string }]);
      for (const file of [workspace(runId), state('codex', runId), state('runs', `${runId}.json`)])
        await utimes(file, new Date(0), new Date(0));
      const second = await collect(elsewhere);
      expect(second.removed).toHaveLength(3);
    } finally {
      await elsewhere[Symbol.asyncDispose]();
      await rename(`${world.repo}.away`, world.repo);
    }
  });

  it('stays where its run directory cannot be looked at', async () => {
    const runId = await theRun();
    const runs = path.join(world.repo, '.runs/adhoc');
    await rename(runs, `${runs}.aside`);
    await symlink('adhoc', runs);
    expect((await gc('--older-than', '0m', '--runs')).kept).toMatchObject([
      { runId, why: expect.stringMatching(/it cannot be looked at: .*ELOOP|it is damaged/) as string },
    ]);
    expect(existsSync(workspace(runId))).toBe(true);
  });

  it('is removed where it is only half made, also of a run that stays', async () => {
    const runId = await theRun();
    await mkdir(path.join(`${workspace(runId)}.partial`, 'tree', 'locked'), { recursive: true });
    await chmod(path.join(`${workspace(runId)}.partial`, 'tree', 'locked'), 0o500);
    expect((await gc()).removed).toMatchObject([{ kind: 'partial-workspace', runId }]);
    expect(await readdir(state('workspaces'))).toEqual([runId]);
  });
});

it('never follows a link, and never touches what it did not make', async () => {
  const runId = await theRun('reject');
  const outside = path.join(world.root, 'outside');
  await mkdir(outside);
  await writeFile(path.join(outside, 'canary'), 'alive');
  const ids = [0, 1].map((n) => `${runId.slice(0, 25)}${runId.endsWith(String(n)) ? '9' : n}`);
  await symlink(outside, workspace(ids[0] ?? ''));
  await symlink(outside, path.join(workspace(runId), 'tree', 'link'));
  await symlink(outside, path.join(world.repo, '.runs', 'task'));
  await mkdir(state('workspaces', 'mine'));
  await mkdir(workspace(ids[1] ?? ''));
  const note = { schemaVersion: 1, taskId: '../../outside', repository: world.repo };
  await writeFile(state('runs', `${ids[1] ?? ''}.json`), JSON.stringify(note));

  const { removed } = await gc('--older-than', '0m', '--runs');

  expect(new Set(removed.map((item) => item.runId))).toEqual(new Set([runId]));
  expect(await readdir(outside)).toEqual(['canary']);
  expect((await readdir(state('workspaces'))).sort()).toEqual([...ids, 'mine'].sort());

  await rename(state('workspaces'), path.join(world.root, 'moved'));
  await symlink(path.join(world.root, 'moved'), state('workspaces'));
  await mkdir(path.join(world.root, 'moved', `${runId}.partial`));
  expect((await gc('--older-than', '0m')).removed).toEqual([]);
});

it('removes nothing that it cannot put on record', async () => {
  const runId = await theRun('reject');
  await rm(state('audit.log'));
  await mkdir(state('audit.log'));
  const said = await world.run('gc', '--older-than', '0m');
  expect(said.code).toBe(74);
  expect(said.err).toContain('audit-unavailable');
  expect(existsSync(workspace(runId))).toBe(true);
});

it.each([
  [['--older-than', 'soon'], '"soon" is no age'],
  [['--keep', '-1'], 'no number of runs'],
  [['--keep', '1.5'], 'no number of runs'],
])('refuses %j', async (args, message) => {
  const said = await world.run('gc', ...args);
  expect(said.code).toBe(2);
  expect(said.err).toContain(message);
});
