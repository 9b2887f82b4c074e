import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { newRunId } from '@codex-orch/core';
import { IntegrationLayout, type IntegrationRecord, writeIntegration } from '@codex-orch/core/integration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteRun, readNote } from '../src/compose/noted-runs.js';
import { collect, type Collected, gone, inState, why } from './gc-world.js';
import { makeFleet } from './made-fleet.js';
import { makeRun, type RunToMake } from './made-run.js';
import { World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
  await world.configure({ tests: { required: false, commands: [], lint: 'off' } });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const run = (goal: string, files: RunToMake['files'], more: Partial<RunToMake> = {}): Promise<string> =>
  makeRun(world, { goal, files, ...more });
const gc = (...args: string[]): Promise<Collected> => collect(world, '--older-than', '0m', '--runs', ...args);

async function integrated(...args: string[]): Promise<IntegrationRecord> {
  const said = await world.run('integrate', ...args, '--no-tests', '--json');
  expect(said.code, said.err).not.toBe(2);
  return said.json() as IntegrationRecord;
}

async function out(...args: string[]): Promise<string> {
  const said = await world.run(...args);
  expect(said.err).toBe('');
  return said.out;
}

const change = async (files: Readonly<Record<string, string>>): Promise<void> => {
  await world.write(files);
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=change');
};

/** Begins runs together, as goals of a file. */
async function asGoals(
  goals: readonly { id: string; runId: string; after?: string[]; state?: 'rejected' }[],
): Promise<string> {
  const fleetId = `goals-${newRunId()}`;
  const base = world.git('rev-parse', 'HEAD').trim();
  for (const { runId, after = [] } of goals) {
    const noted = await readNote(world.env, runId);
    const runs = goals.flatMap((goal) => (after.includes(goal.id) ? [goal.runId] : []));
    if (noted) await noteRun(world.env, noted, { fleet: { id: fleetId, base, sharesCodex: false, after: runs } });
  }
  await makeFleet(world, fleetId, goals);
  return fleetId;
}

it('gc lets go of work whose commit is in a branch of the user, and of nothing that only looks alike or is elsewhere', async () => {
  const squashed = await run('squashed', { 'src/two.js': '2;\n' });
  const picked = await run('picked', { 'src/three.js': '3;\n' });
  const waiting = await run('waiting', { 'src/four.js': '4;\n' });
  const nowhere = await run('nowhere', { 'src/five.js': '5;\n' });
  const two = await integrated(squashed, '--branch', 'two');
  await integrated(waiting, '--branch', 'four');
  world.git('merge', '--quiet', '--squash', 'two');
  world.git('commit', '--quiet', '--message=squashed');
  world.git('fetch', '--quiet', inState(world, 'workspaces', picked, 'git'), 'codex-orch');
  world.git('cherry-pick', 'FETCH_HEAD');
  const shown = await out('integrations', 'show', two.id);
  expect(shown).toContain('Merged   main has all of it');
  expect(shown).not.toContain('git merge');
  const found = await gc();
  for (const runId of [squashed, picked]) {
    expect(why(found, runId)).toBe('main has the same, but no branch here has a commit of it');
    expect(gone(found, runId)).toEqual(['workspace']);
  }
  expect(why(found, waiting)).toBe('its approved diff is on four, which is not merged yet');
  expect(why(found, nowhere)).toBe('its approved diff is not applied yet');
  // Neither to stand on it nor to merge it into what another integration built is to take it.
  world.git('switch', '--quiet', '--detach', 'four');
  expect(why(await gc(), waiting)).toBe('its approved diff is on four, which is not merged yet');
  world.git('switch', '--quiet', 'two');
  world.git('merge', '--quiet', '--no-edit', 'four');
  expect(gone(await gc(), waiting)).toEqual([]);
  world.git('switch', '--quiet', 'main');
  world.git('merge', '--quiet', '--no-edit', 'four');
  expect(gone(await gc(), waiting)).toEqual(['run-directory', 'note']);
});

it('gc keeps a run that a goal started from which is not merged yet', async () => {
  const one = await run('one', { 'src/two.js': '2;\n' });
  const two = await run('two', { 'src/three.js': '3;\n' });
  await asGoals([
    { id: 'one', runId: one },
    { id: 'two', runId: two, after: ['one'] },
  ]);
  await integrated(one, '--branch', 'first');
  world.git('merge', '--quiet', 'first');
  expect(why(await gc(), one)).toBe('the goal "two", which started from it, is not merged yet');
  await integrated(two, '--branch', 'second');
  world.git('merge', '--quiet', 'second');
  const found = await gc();
  for (const runId of [one, two]) expect(gone(found, runId), why(found, runId) ?? '').toContain('run-directory');
});

it('a conflict that was mended is offered no more, wherever it is asked: its work has arrived with the run that mended it', async () => {
  const first = await run('swap', { 'src/sum.js': 'export const sum = (a, b) => b + a;\n' });
  const second = await run('name', { 'src/sum.js': 'export const sum = (x, y) => x + y;\n' });
  const fleetId = await asGoals([
    { id: 'swap', runId: first },
    { id: 'name', runId: second },
  ]);
  const offered = async (...asked: string[]): Promise<string> => (await out(...asked)).split('\nNext\n')[1] ?? '';
  expect(await offered('goals', 'status')).toContain(`integrate ${fleetId}`);
  const record = await integrated(fleetId, '--branch', 'both');
  const revise = `integrate --resume ${record.id} --revise`;
  for (const asked of [
    ['goals', 'status'],
    ['runs', 'show', second],
    ['integrations', 'show'],
  ]) {
    const said = await out(...asked);
    expect(said).toContain(revise);
    expect(said).not.toContain(`integrate ${fleetId}`);
  }
  expect(await out('integrations', 'list')).toMatch(/ partial +both /);

  const follows = { runId: second, integration: record.id };
  const base = { commit: record.tip ?? '', branch: 'both' };
  const mending = await run('mend', { 'src/sum.js': 'export const sum = (x, y) => y + x;\n' }, { base, follows });
  const runs = record.runs.map((one) => (one.runId === second ? { ...one, followUp: mending } : one));
  await writeIntegration(new IntegrationLayout(world.repo).folderOf(record.id), { ...record, runs });
  for (const asked of [
    ['goals', 'status'],
    ['runs', 'show', second],
    ['integrations', 'show'],
  ]) {
    const said = await out(...asked);
    expect(said).toContain(`integrate ${mending} --branch both`);
    expect(said).not.toContain('--revise');
  }

  await integrated(mending, '--branch', 'both');
  expect(why(await gc('--dry-run'), second)).toBe('its approved diff is on both, which is not merged yet');
  for (const asked of [
    ['goals', 'status'],
    ['runs', 'show', second],
  ]) {
    const said = await out(...asked);
    expect(said).toContain('  git merge both ');
    expect(said).toContain(`both has it by run ${mending}, `);
    expect(said).not.toContain(' integrate ');
  }
  const list = await out('integrations', 'list');
  expect(list).toMatch(new RegExp(`${record.id} +done since +both +1 integrated, 1 conflict`));
  world.git('merge', '--quiet', '--no-edit', 'both');
  for (const asked of [
    ['goals', 'status'],
    ['runs', 'show', second],
    ['integrations', 'show', record.id],
  ]) {
    const said = await out(...asked);
    expect(said).toContain(`main has it by run ${mending}, `);
    expect(said).not.toMatch(/ integrate | merge /);
  }
  const found = await gc();
  for (const runId of [first, second, mending]) expect(gone(found, runId)).toContain('run-directory');
  expect(gone(found, record.id)).toContain('integration-record');
});

it('of goals that did not all end well only those are offered that an integration takes', async () => {
  const done = await run('done', { 'src/one.js': '1;\n' });
  const failed = await run('failed', { 'src/two.js': '2;\n' }, { approved: null });
  const fleetId = await asGoals([
    { id: 'done', runId: done },
    { id: 'failed', runId: failed, state: 'rejected' },
  ]);
  const shown = await out('runs', 'show', failed);
  expect(shown).toContain(`goals status ${fleetId}`);
  expect(shown).not.toContain('integrate');
  for (const asked of [
    ['goals', 'status'],
    ['runs', 'show', done],
  ]) {
    const said = await out(...asked);
    expect(said).toContain(`integrate ${done} `);
    expect(said).not.toContain(`integrate ${fleetId}`);
  }
  const { branch } = await integrated(done);
  world.git('merge', '--quiet', branch);
  expect(await out('goals', 'status')).toMatch(/done +done .* main has it, as [0-9a-f]{12}/);
  expect(await out('runs', 'show', done)).not.toContain('Next');
});

it('what is in the base already is in for those that depend on it, and is not merged again', async () => {
  const one = await run('one', { 'src/one.js': '1;\n' });
  const two = await run('two', { 'src/two.js': '2;\n' });
  await asGoals([
    { id: 'one', runId: one },
    { id: 'two', runId: two, after: ['one'] },
  ]);
  const { branch } = await integrated(one);
  world.git('merge', '--quiet', branch);
  await change({ 'src/one.js': 'written over;\n' });
  const dry = await out('integrate', one, two, '--dry-run');
  expect(dry).toMatch(new RegExp(`Already there\n +${one}`));
  expect((await integrated(one, two, '--branch', 'both')).runs.map(({ outcome }) => outcome)).toEqual([
    'already-there',
    'integrated',
  ]);
  expect((await integrated(two, '--branch', 'alone')).runs[0]?.outcome).toBe('integrated');
});

it('what was merged and taken back is not there: it is said, integrated again before what depends on it, and applied', async () => {
  const one = await run('one', { 'src/one.js': '1;\n' });
  const two = await run('two', { 'src/two.js': '2;\n' });
  const fleetId = await asGoals([
    { id: 'one', runId: one },
    { id: 'two', runId: two, after: ['one'] },
  ]);
  const { branch, tip } = await integrated(one);
  world.git('merge', '--quiet', branch);
  expect(await out('runs', 'show', one)).toContain('main has it, as');
  world.git('revert', '--no-edit', 'HEAD');
  for (const asked of [
    ['runs', 'show', one],
    ['goals', 'status'],
  ])
    expect(await out(...asked)).toContain(
      `was merged into main as ${tip?.slice(0, 12) ?? ''}, and is not in it any more`,
    );
  expect(await out('integrate', one, two, '--dry-run')).not.toContain('Already there');
  expect((await integrated(two, '--branch', 'alone')).runs[0]?.outcome).toBe('blocked');
  const both = await integrated(fleetId, '--branch', 'both');
  expect(both.runs.map(({ outcome }) => outcome)).toEqual(['integrated', 'integrated']);
  expect(world.git('show', 'both:src/one.js')).toBe('1;\n');
  expect(await out('apply', one)).toContain('Changed 1 file');
});

it('a record of an integration that cannot be read bears witness to nothing, and stops nobody', async () => {
  const one = await run('one', { 'src/one.js': '1;\n' });
  await asGoals([{ id: 'one', runId: one }]);
  const { id, branch } = await integrated(one);
  world.git('merge', '--quiet', branch);
  const file = path.join(new IntegrationLayout(world.repo).folderOf(id), 'integration.json');
  await rm(file);
  await mkdir(file);
  expect(await out('runs', 'show', one)).toContain('main has all of it');
  expect(await out('goals', 'status')).toContain('main has all of it');
  expect((await integrated(one, '--branch', 'again')).runs[0]?.outcome).toBe('already-there');
});

describe('of goals of which one is in conflict', () => {
  let [first, second, third, fleetId] = ['', '', '', ''];
  let record: IntegrationRecord;
  const next = async (): Promise<string> => (await out('goals', 'status')).split('\nNext\n')[1] ?? '';

  beforeEach(async () => {
    first = await run('swap', { 'src/sum.js': 'export const sum = (a, b) => b + a;\n' });
    second = await run('name', { 'src/sum.js': 'export const sum = (x, y) => x + y;\n' });
    third = await run('more', { 'src/more.js': '3;\n' });
    fleetId = await asGoals([
      { id: 'swap', runId: first },
      { id: 'name', runId: second },
      { id: 'more', runId: third, after: ['name'] },
    ]);
    record = await integrated(fleetId, '--branch', 'built');
    expect(record.runs.map(({ outcome }) => outcome)).toEqual(['integrated', 'conflict', 'blocked']);
  });

  it('what depends on that one is offered once it is mended, for the branch on which it was', async () => {
    const said = await next();
    expect(said).toContain('--revise');
    expect(said).not.toMatch(/ integrate [^-]/);

    const follows = { runId: second, integration: record.id };
    const base = { commit: record.tip ?? '', branch: 'built' };
    const mending = await run('mend', { 'src/sum.js': 'export const sum = (x, y) => y + x;\n' }, { base, follows });
    const runs = record.runs.map((one) => (one.runId === second ? { ...one, followUp: mending } : one));
    await writeIntegration(new IntegrationLayout(world.repo).folderOf(record.id), { ...record, runs });
    await integrated(mending, '--branch', 'built');
    expect(await next()).toContain(` integrate ${third} --branch built `);
    expect((await integrated(third, '--branch', 'built')).runs[0]?.outcome).toBe('integrated');
  });

  it('all are offered again when the branch was deleted', async () => {
    world.git('branch', '--quiet', '-D', 'built');
    const said = await next();
    expect(said).not.toContain('--revise');
    expect(said).toContain(` integrate ${fleetId} `);
  });
});

it('apply says where the work was merged, and refuses what does not fit there any more', async () => {
  const one = await run('one', { 'src/sum.js': 'export const sum = (x, y) => x + y;\n' });
  const { branch, tip } = await integrated(one);
  world.git('merge', '--quiet', branch);
  expect(await out('apply', one)).toContain('main has all of it already');
  await change({ 'src/sum.js': 'export const sum = () => 0;\n' });
  const said = await world.run('apply', one);
  expect(said.code).not.toBe(0);
  expect(said.err).toContain(`It was merged into main, as ${tip?.slice(0, 12) ?? ''}; `);
  expect(said.err).toContain('does not have all of it');
  expect(said.err).toContain('[diff-does-not-apply]');
  expect(world.git('status', '--porcelain')).toBe('');
});

it('a run that gc gave up is not offered to be gone on with, and is not taken for somebody else’s', async () => {
  const stopped = await run('make it', { 'src/one.js': '1;\n' }, { stopped: true });
  expect(await out('runs', 'list')).toContain(`resume ${stopped}`);
  expect(gone(await collect(world, '--older-than', '0m'), stopped)).toEqual(['workspace']);
  for (const asked of [
    ['runs', 'list'],
    ['runs', 'show', stopped],
  ]) {
    const said = await out(...asked);
    expect(said).toContain('gc gave it up');
    expect(said).not.toContain('resume');
  }
  expect(await out('runs', 'show', stopped)).toContain("run 'make it'");
  expect((await world.run('resume', stopped)).err).toContain('[run-given-up]');
  expect((await collect(world, '--older-than', '0m')).removed).toEqual([]);
  expect(existsSync(path.join(world.repo, '.runs/adhoc', stopped))).toBe(true);
  expect(gone(await gc(), stopped)).toEqual(['run-directory', 'note']);
});
