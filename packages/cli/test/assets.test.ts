import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '@codex-orch/core';
import type { Scene } from '@codex-orch/replay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assetPlanner, inStrings, makeIndex, makeOldWorld, type MoreOfAsset } from './asset-index.js';
import { builder, manager, planner, reviewer, say, type World } from './world.js';

const goal = 'rename oldName to newName everywhere';

let world: World;

beforeEach(async () => {
  world = await makeOldWorld();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

interface Line {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

async function events(): Promise<readonly Line[]> {
  const { taskId, runId } = await world.manifest();
  const text = await world.read(`.runs/${taskId}/${runId}/events.jsonl`);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ type }) => type !== 'artifact.recorded');
}

const types = async (): Promise<readonly string[]> => (await events()).map(({ type }) => type);

/** A model, and a user who has an index of their own. */
async function withIndex(
  scenes: readonly Scene[],
  { assets, asset, ...config }: Config & { readonly asset?: MoreOfAsset } = {},
): Promise<string> {
  const index = await makeIndex(world.root, asset);
  await world.model(scenes, { ...config, assets: { indexes: [index], ...assets } });
  return index;
}

const secondSubtask: Scene = {
  scene: 'builder of the rest',
  when: { input: 'You are the builder.*Rename it in strings too.*src/c\\.js:1 \\[in-a-string\\]' },
  steps: [{ applyPatch: inStrings }, say],
};

const toldReviewer: Scene = {
  ...reviewer(),
  when: {
    agent: 'You are the reviewer',
    input: 'rename-old@1\\.0\\.0 for subtask rename.*2 files changed.*in-a-string',
  },
};

describe('a goal with an asset for one of its subtasks', () => {
  it('has it applied without a model, tells builder and reviewer what it left alone, and ends as an approved diff', async () => {
    await withIndex([assetPlanner({}, { input: 'Where oldName is to become newName' }), secondSubtask, toldReviewer]);

    const run = await world.run('run', goal, '--task', '0001');

    expect(run.code, run.err).toBe(3);
    expect(run.err).toMatch(/asset {6}rename-old@1\.0\.0: 2 files changed, 1 place left alone/);
    expect(await types()).toEqual([
      'run.created',
      'preflight.passed',
      'assets.offered',
      'plan.accepted',
      'asset.applied',
      'tests.finished',
      'review.finished',
      'build.finished',
      'tests.finished',
      'review.finished',
    ]);
    expect((await events()).find(({ type }) => type === 'asset.applied')?.data).toMatchObject({
      subtask: 'rename',
      asset: { id: 'rename-old', version: '1.0.0', digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      report: {
        changedCount: 2,
        changed: ['src/a.js', 'src/b.js'],
        declined: [{ path: 'src/c.js', line: 1, reason: 'in-a-string' }],
        failedCount: 0,
      },
    });
    const manifest = await world.manifest();
    expect(manifest.diff?.files.map(({ path: file }) => file)).toEqual(['src/a.js', 'src/b.js', 'src/c.js']);

    expect((await world.run('apply', 'latest')).code).toBe(1);
    expect((await world.run('approve', 'latest')).code).toBe(0);
    await world.run('task', 'new', 'Rename things');
    const applied = await world.run('apply', 'latest');
    expect(applied.code, applied.err).toBe(0);
    expect(applied.out).toContain('tasks/index.json notes that rename-old@1.0.0 was used for task 0001.');
    const registry = await world.read('tasks/index.json');
    expect(JSON.parse(registry)).toMatchObject({
      items: [{ id: '0001', assets: [{ id: 'rename-old', version: '1.0.0', run: manifest.runId }] }],
    });
    expect((await world.run('apply', 'latest')).out).toContain('Already changed');
    expect(await world.read('tasks/index.json')).toBe(registry);
    expect(await world.read('src/b.js')).toBe("import { newName } from './a.js';\nexport const b = newName;\n");
    expect((await world.run('runs', 'verify')).out).toContain('intact');
    // What the library notes for itself is no work, and nobody's to find.
    const tree = path.join(world.env['CODEX_ORCH_HOME'] ?? '', 'workspaces', manifest.runId, 'tree');
    expect(await readdir(tree)).not.toContain('.runs');
  });

  it('takes the options that the plan gives it', async () => {
    await withIndex([assetPlanner({ options: '{"to":"other"}' }), secondSubtask, reviewer()]);
    await world.run('run', goal);
    const { taskId, runId } = await world.manifest();
    expect(await world.read(`.runs/${taskId}/${runId}/diff.patch`)).toContain('+export const other = 1;');
  });

  it('is given back to the planner when the asset is another one by the time that it is to be applied', async () => {
    const index = await withIndex([
      {
        ...planner('by-hand'),
        scene: 'replans',
        when: { agent: 'You are the planner', input: 'The plan that did not work' },
      },
      { ...assetPlanner(), steps: [{ delayMs: 300 }, ...assetPlanner().steps] },
      manager('planner'),
      builder(1, { applyPatch: inStrings }, say),
      reviewer(),
    ]);
    const call = world.start('run', goal);
    // From the offer on, the plan is bound to what was offered.
    await call.until(/assets {5}offered/);
    const module = path.join(path.dirname(index), 'assets', 'rename-old.mjs');
    await writeFile(module, `${await readFile(module, 'utf8')}// changed\n`);
    const run = await call.said;

    expect(run.code, run.err).toBe(3);
    expect(await types()).toEqual(expect.arrayContaining(['asset.refused', 'replan.started', 'build.finished']));
    expect(run.err).toContain('Asset "rename-old" cannot be used any more: its code is not the one that was evaluated');
    expect(await types()).not.toContain('asset.applied');
  });

  it('ends with the planner’s fault in the open when it insists on an asset that nobody offered', async () => {
    await withIndex([assetPlanner({ id: 'rename-new' })], { limits: { replans: 0 } });

    const run = await world.run('run', goal);

    expect(run.code).toBe(1);
    expect(await types()).toEqual(expect.arrayContaining(['plan.refused', 'run.escalated']));
    expect(await world.manifest()).toMatchObject({
      state: 'escalated',
      end: { message: expect.stringContaining('There is no asset "rename-new". There are: rename-old.') as string },
    });
  });
});

describe('an asset is not offered', () => {
  const plain = [
    { ...planner(), when: { agent: 'You are the planner', input: '^(?!.*rename-old)' } },
    builder(1, { applyPatch: inStrings }, say),
    reviewer(),
  ];

  const notProven = { asset: { approvals: [] } } as const;
  const candidate = { asset: { status: 'candidate', approvals: [], evaluation: undefined } } as const;

  it.each([
    ['that no human has approved', goal, notProven, 'no human has approved this code'],
    ['that is a candidate', goal, candidate, undefined],
    ['where the user wants none', goal, { assets: { offer: 'none' } }, undefined],
    ['for a goal that is about something else', 'sum any number of values', {}, undefined],
  ] as const)('%s', async (_what, about, config, note) => {
    await withIndex(plain, config as never);
    const run = await world.run('run', about);
    expect(run.code, run.err).toBe(3);
    expect(await types()).not.toContain('assets.offered');
    if (note !== undefined) expect(run.err).toContain(note);
  });

  it('where its repository wants none, and a repository cannot name any', async () => {
    await withIndex(plain);
    await world.write({ 'codex-orch.config.json': JSON.stringify({ assets: { offer: 'none' } }) });
    expect((await world.run('run', goal)).code).toBe(3);
    expect(await types()).not.toContain('assets.offered');

    await world.write({ 'codex-orch.config.json': JSON.stringify({ assets: { indexes: ['/x/index.json'] } }) });
    expect((await world.run('run', goal)).err).toContain('may not set assets.indexes');
  });
});

it('a candidate is offered where the user says so', async () => {
  await withIndex([assetPlanner(), secondSubtask, reviewer()], {
    asset: { status: 'candidate', approvals: [], evaluation: undefined },
    assets: { offer: 'candidate' },
  });
  const run = await world.run('run', goal);
  expect(run.code, run.err).toBe(3);
  expect(await types()).toContain('asset.applied');
});

it('a broken index is refused before any token is spent', async () => {
  const index = await withIndex([assetPlanner()]);
  await writeFile(index, '{');
  const run = await world.run('run', goal);
  expect(run.code).toBe(1);
  expect(run.out).toContain('[asset-index-broken]');
});
