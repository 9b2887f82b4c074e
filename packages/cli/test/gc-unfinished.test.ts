import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newRunId, openRepository, type RunLocation } from '@codex-orch/core';
import { keepCommit, openBases } from '@codex-orch/core/goals';
import type { IntegrationRecord } from '@codex-orch/core/integration';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { baseRef } from '../src/compose/fleet-database/remote-base.js';
import { fleetDir, fleetGitDir } from '../src/compose/lanes/fleet-place.js';
import { noteRun, readNote } from '../src/compose/noted-runs.js';
import { collect, type Collected, gone, inState, why } from './gc-world.js';
import { makeFleet } from './made-fleet.js';
import { makeRun } from './made-run.js';
import { World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
  await world.configure({ tests: { required: false, commands: [], lint: 'off' } });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const state = (...names: string[]): string => inState(world, ...names);
const gc = (...args: string[]): Promise<Collected> => collect(world, ...args);

/** Two runs whose merge is not line for line what was approved. */
async function integrationToApprove(): Promise<IntegrationRecord> {
  await world.write({ 'src/long.js': 'a\n'.repeat(20) });
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=long');
  const renaming = await makeRun(world, {
    goal: 'rename',
    files: { 'src/long.js': null, 'src/moved.js': 'a\n'.repeat(20) },
  });
  const editing = await makeRun(world, { goal: 'edit', files: { 'src/long.js': `${'a\n'.repeat(19)}b\n` } });
  const said = await world.run('integrate', renaming, editing, '--no-tests', '--json');
  expect(said.code, said.err).toBe(3);
  return said.json() as IntegrationRecord;
}

it('an integration that was approved stays until its branch has what was approved, whatever came between', async () => {
  const { id, branch, held, tip } = await integrationToApprove();
  const inTheWay = path.join(world.repo, '.git', `${branch}.lock`);
  await mkdir(path.dirname(inTheWay), { recursive: true });
  await writeFile(inTheWay, '');
  expect((await world.run('integrate', '--approve', id)).code).not.toBe(0);
  const record = path.join(world.repo, '.runs/integrations', id);

  for (const args of [
    ['--older-than', '0m', '--runs'],
    ['--keep', '0', '--runs'],
  ]) {
    const found = await gc(...args);
    expect(why(found, id)).toBe('its approved branch was not moved yet');
    expect(gone(found, id)).toEqual([]);
  }
  expect(existsSync(record)).toBe(true);
  expect(existsSync(state('integrations', id))).toBe(true);
  expect(world.git('rev-parse', held ?? '').trim()).toBe(tip);

  await rm(inTheWay);
  const approved = await world.run('integrate', '--approve', id);
  expect(approved.code, approved.err).toBe(0);
  expect(world.git('rev-parse', branch).trim()).toBe(tip);
  world.git('merge', '--quiet', branch);
  expect(gone(await gc('--older-than', '0m', '--runs'), id)).toContain('integration-record');
  expect(existsSync(record)).toBe(false);
});

/** A run whose approved diff was made on a commit that only the git directory of its goals has. */
async function onWorkOfOthers(fleetId: string, base: string): Promise<string> {
  const runId = await makeRun(world, { goal: 'two', files: { 'src/two.js': '2;\n' } });
  const { dir, taskId } = (await readNote(world.env, runId)) as RunLocation;
  await noteRun(world.env, { runId, taskId, dir }, { fleet: { id: fleetId, base, sharesCodex: false } });
  return runId;
}

const commitOfOthers = (): string =>
  world.git('commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'the work of others').trim();

/** Goals of this machine, long over, whose second one stands on the first. */
async function ownGoals(): Promise<{ readonly fleetId: string; readonly runId: string }> {
  const fleetId = `goals-${newRunId()}`;
  const base = world.git('rev-parse', 'HEAD').trim();
  const runId = await onWorkOfOthers(fleetId, base);
  const commit = commitOfOthers();
  await makeFleet(world, fleetId, [
    { id: 'one', runId: newRunId(), base, commit },
    { id: 'two', after: ['one'], runId, base: commit, commit },
  ]);
  return { fleetId, runId };
}

/** What this machine keeps of goals of a database, for the run of one that stands on others. */
async function goalsOfDatabase(): Promise<{ readonly fleetId: string; readonly runId: string }> {
  const fleetId = `goals-${newRunId()}`;
  const base = world.git('rev-parse', 'HEAD').trim();
  const runId = await onWorkOfOthers(fleetId, base);
  const gitDir = fleetGitDir(world.env, fleetId);
  await mkdir(path.dirname(gitDir), { recursive: true });
  await openBases({ repository: await openRepository(world.repo), gitDir, base });
  const ref = baseRef(runId);
  expect(await keepCommit(gitDir, { commit: commitOfOthers(), ref }, new AbortController().signal)).toBe(true);
  for (const name of await readdir(gitDir, { recursive: true })) await utimes(path.join(gitDir, name), 0, 0);
  await utimes(gitDir, 0, 0);
  return { fleetId, runId };
}

async function diskIsAway(): Promise<() => Promise<void>> {
  const repo = world.repo;
  await rename(repo, `${repo}.away`);
  world.cwd = path.join(world.root, 'elsewhere');
  await mkdir(world.cwd, { recursive: true });
  return async () => {
    await rename(`${repo}.away`, repo);
    world.cwd = repo;
  };
}

it('all that a run left stays while the disk with its repository is away, where only a number is given', async () => {
  const runId = await makeRun(world, { goal: 'one', files: { 'src/one.js': '1;\n' }, approved: false });
  const mount = await diskIsAway();
  for (const number of ['1', '0']) {
    const found = await gc('--keep', number);
    expect(found.removed).toEqual([]);
    expect(why(found, runId)).toContain('is not there');
  }
  await mount();
  const approved = await world.run('approve', runId);
  expect(approved.err).not.toContain('[run-not-noted]');
});

it.each([
  ['goals of this machine', ownGoals],
  ['goals of a database', goalsOfDatabase],
])(
  'what %s left stays while the disk with their repository is away, and after it is back, until their work is applied',
  async (_what, make) => {
    const { fleetId, runId } = await make();
    expect(gone(await gc('--older-than', '0m'), runId)).toEqual(['workspace']);
    const mount = await diskIsAway();
    // Who keeps by number says nothing of an age from which a missing repository is given up.
    const found = await gc('--keep', '1');
    expect(found.removed).toEqual([]);
    expect(why(found, fleetId)).toContain('is not there');
    expect(existsSync(fleetDir(world.env, fleetId))).toBe(true);

    await mount();
    await gc('--older-than', '0m');
    expect(existsSync(fleetDir(world.env, fleetId))).toBe(true);
    const applied = await world.run('apply', runId);
    expect(applied.code, applied.err).toBe(0);
    // Earlier looks did not make it any younger.
    expect(gone(await gc('--older-than', '1d'), fleetId)).toEqual(['goals']);
  },
);

it('what an integration left stays while the disk with its repository is away, where only a number is given', async () => {
  const said = await world.run(
    'integrate',
    await makeRun(world, { goal: 'one', files: { 'src/one.js': '1;\n' } }),
    '--no-tests',
    '--json',
  );
  const { id } = said.json() as IntegrationRecord;
  await diskIsAway();
  expect(why(await gc('--keep', '0'), id)).toContain('is not there');
  expect(existsSync(state('integrations', id))).toBe(true);
  expect(gone(await gc('--older-than', '0m'), id)).toEqual(['integration']);
});
