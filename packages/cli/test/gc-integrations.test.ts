import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProcessLock } from '@codex-orch/core';
import { IntegrationLayout, type IntegrationRecord, writeIntegration } from '@codex-orch/core/integration';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collect, type Collected, gone, inState, why } from './gc-world.js';
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
const gc = (...args: string[]): Promise<Collected> => collect(world, '--older-than', '0m', ...args);
const integrated = async (...args: string[]): Promise<IntegrationRecord> => {
  const said = await world.run('integrate', ...args, '--no-tests', '--json');
  expect(said.code, said.err).not.toBe(2);
  return said.json() as IntegrationRecord;
};

it('what an integration left goes when it is old, its record only when asked, and its branch never', async () => {
  const one = await makeRun(world, { goal: 'one', files: { 'src/one.js': '1;\n' } });
  const { id, branch, tip } = await integrated(one);
  await mkdir(state('integrations', id, 'codex'));
  expect(why(await collect(world), id)).toBe('it is not old enough');
  expect(gone(await gc('--dry-run'), id)).toEqual(['integration']);
  expect(existsSync(state('integrations', id, 'codex'))).toBe(true);
  expect(gone(await gc(), id)).toEqual(['integration']);
  expect((await world.run('integrations', 'list')).out).toContain(id);
  expect(gone(await gc('--keep', '1', '--runs'), id)).toEqual([]);
  // It alone says which commit stands for the run.
  expect(why(await gc('--runs'), id)).toBe(`run ${one}, which it integrated, is still there, and not merged yet`);
  world.git('merge', '--quiet', branch);
  expect(gone(await gc('--runs'), id)).toEqual(['integration-record', 'integration']);
  expect((await world.run('integrations', 'list')).out).toContain('Nothing was integrated');
  expect(await readdir(state('integrations'))).toEqual([]);
  expect(world.git('rev-parse', branch).trim()).toBe(tip);
  expect((await world.run('audit', 'list')).out).toMatch(/gc-delete +done .*integration-record/);
});

it('what waits for a human, is unfinished, held, or holds the only copy of a commit stays, and says why', async () => {
  await world.write({ 'src/long.js': 'a\n'.repeat(20) });
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=long');
  const edit = (goal: string, files: Record<string, string | null>): Promise<string> => makeRun(world, { goal, files });
  const waiting = await integrated(
    await edit('rename', { 'src/long.js': null, 'src/moved.js': 'a\n'.repeat(20) }),
    await edit('edit', { 'src/long.js': `${'a\n'.repeat(19)}b\n` }),
  );
  const conflicting = await integrated(
    await edit('two', { 'src/sum.js': '2;\n' }),
    await edit('three', { 'src/sum.js': '3;\n' }),
  );
  const one = await edit('one', { 'src/one.js': '1;\n' });
  const held = await integrated(one, '--branch', 'held');
  const unfinished = await integrated(one, '--branch', 'unfinished');
  const layout = new IntegrationLayout(world.repo);
  const now = new Date().toISOString();
  await writeIntegration(layout.folderOf(unfinished.id), { ...unfinished, state: 'running', updatedAt: now });
  await using _lock = await ProcessLock.acquire(path.join(layout.folderOf(held.id), 'lock'), 'it');
  const lonely = await integrated(one, '--branch', 'lonely');
  await aLonelyCommit(lonely.id);

  const found = await collect(world, '--runs', '--keep', '0');
  expect(why(found, waiting.id)).toBe('it waits for an approval');
  expect(why(found, conflicting.id)).toMatch(/which conflicts, was not handed to a builder yet$/);
  expect(why(found, held.id)).toContain('is in use by process');
  expect(why(found, lonely.id)).toMatch(/is kept: [0-9a-f]{12} can be reached from nowhere else/);
  expect(why(found, unfinished.id)).toBe('it can be resumed');
  const { out } = await world.run('integrations', 'list');
  for (const { id } of [waiting, conflicting, held, unfinished, lonely]) expect(out).toContain(id);
});

/** A work tree that was not removed, because a commit of it is on no branch. */
async function aLonelyCommit(id: string): Promise<void> {
  const dir = state('integrations', id, 'workspace/git');
  world.git('clone', '--quiet', '--bare', world.repo, dir);
  const commit = world.git(`--git-dir=${dir}`, 'commit-tree', 'HEAD^{tree}', '-m', 'lonely').trim();
  world.git(`--git-dir=${dir}`, 'update-ref', 'refs/heads/lonely-work', commit);
}

it('goes when its record is gone, and follows no link', async () => {
  const { id } = await integrated(await makeRun(world, { goal: 'one', files: { 'src/one.js': '1;\n' } }));
  const outside = path.join(world.root, 'outside');
  await mkdir(outside);
  await symlink(outside, state('integrations', `${id.slice(0, 25)}${id.endsWith('0') ? '1' : '0'}`));
  await mkdir(state('integrations', 'mine'));
  await rm(path.join(world.repo, '.runs/integrations', id), { recursive: true });
  expect(gone(await gc(), id)).toEqual(['integration']);
  expect(await readdir(state('integrations'))).toHaveLength(2);
  expect(existsSync(outside)).toBe(true);
});

it('of the cloud and of other machines old tasks, receipts of runs that are gone, and its home go; a submission that was cut off stays', async () => {
  const hash = 'a'.repeat(32);
  const turn = {
    marker: 'codex-orch-6f1c1f3e-58a5-4c0f-9d0e-3d5f0a3a1b11',
    environment: 'e',
    branch: null,
    attempts: 1,
    promptSha256: '0'.repeat(64),
    startTree: null,
    tasksBefore: null,
    evidence: [],
    intendedAt: '2026-01-02T03:04:05.000Z',
    outcome: null,
  };
  const task = { id: 'task_e_1', url: null, submittedAt: '2026-01-02T03:04:05.000Z' };
  const files = {
    [`cloud/${hash}/done/cloud.json`]: JSON.stringify({ schemaVersion: 1, turns: [{ ...turn, task }] }),
    [`cloud/${hash}/cutoff/cloud.json`]: JSON.stringify({ schemaVersion: 1, turns: [{ ...turn, task: null }] }),
    [`cloud/${hash}/damaged/cloud.json`]: '{',
    [`cloud/${hash}/unknown-status-1.txt`]: 'odd',
    'sync/01K00000000000000000000001.json': '{}',
    'sync/mine.json': '{}',
    'codex-cloud/config.toml': '',
    'submitted/runs/01K00000000000000000000002/diff.patch': 'fetched',
    'submitted/runs/mine/diff.patch': 'mine',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(state(name)), { recursive: true });
    await writeFile(state(name), text);
  }
  const there = await makeRun(world, { goal: 'one', files: { 'src/one.js': '1;\n' } });
  await writeFile(state(`sync/${there}.json`), '{}');

  expect((await collect(world)).removed).toEqual([]);
  const found = await gc();
  expect(found.removed.map(({ kind, runId }) => `${kind} ${runId}`).sort()).toEqual([
    'cloud-receipt 01K00000000000000000000001',
    'cloud-task done',
    'cloud-task unknown-status-1.txt',
    'fetched-run 01K00000000000000000000002',
    ...found.removed.filter(({ runId }) => runId === there).map(({ kind, runId }) => `${kind} ${runId}`),
  ]);
  expect(why(found, 'cutoff')).toContain('cut off');
  expect(why(found, 'damaged')).toContain('damaged');
  expect((await readdir(state('sync'))).sort()).toEqual([`${there}.json`, 'mine.json']);

  // The home of a goal that waits for its task is called on now and then.
  for (const name of ['codex-cloud/config.toml', 'codex-cloud']) await utimes(state(name), 0, 0);
  expect((await gc()).removed).toMatchObject([{ kind: 'cloud-home' }]);
  expect(existsSync(state('codex-cloud'))).toBe(false);
});
