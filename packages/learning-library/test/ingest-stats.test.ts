import { openRepository, newRunId } from '@codex-orch/core';
import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { createApplication } from '../src/application/application-folder.js';
import { ingest } from '../src/ingest/ingest.js';
import { stats } from '../src/stats/stats.js';
import { World } from './ingest-world.js';

afterEach(() => vi.useRealTimers());

/** Sets the clock that runs are recorded by. */
function at(day: string): void {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(`${day}T12:00:00Z`) });
}

async function recordApplication(world: World, edits: number): Promise<void> {
  const lines = (name: string) => Array.from({ length: edits }, (_, index) => `${name}(${index});\n`).join('');
  const { patch } = world.diff({ 'z.js': lines('now') }, { 'z.js': lines('old') });
  const sha = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
  const repository = await openRepository(world.root);
  const digest = { sha256: sha(''), bytes: 0 };
  await createApplication(
    repository,
    {
      schemaVersion: 1,
      id: newRunId(),
      at: new Date().toISOString(),
      state: 'applied',
      library: '0.1.0',
      compat: false,
      assets: [{ id: 'old-to-now', version: '1.0.0', sha256: sha('x'), options: {} }],
      patch: { path: 'reverse.patch', sha256: sha(patch), bytes: patch.length },
      files: [
        {
          path: 'z.js',
          before: digest,
          after: digest,
          patch: { start: 0, end: patch.length },
          assets: ['old-to-now'],
          outcome: 'written',
        },
      ],
      declined: [],
      failures: [],
      skipped: [],
    },
    patch,
  );
}

it('counts what runs repeat, what assets did instead, and how far that halves it', async () => {
  const world = await World.make();
  at('2026-01-10');
  await world.run({ 'a.js': 'old(1);\n' }, { 'a.js': 'now(1);\n' });
  at('2026-01-20');
  await world.run({ 'b.js': 'old(2);\nold(3);\nx = 1;\n' }, { 'b.js': 'now(2);\nnow(3);\nx = 2;\n' });
  const { candidates } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  at('2026-02-02');
  await world.run({ 'c.js': 'old(4);\n' }, { 'c.js': 'now(4);\n' });
  await recordApplication(world, 3);

  const index = [{ id: candidates[0]!.id }];
  const found = await stats({ repositoryRoot: world.root, index });
  expect(found.periods).toEqual([
    {
      start: '2026-01-01',
      runs: 2,
      edits: 4,
      repeatedByHand: 2,
      avoidable: 2,
      byAsset: 0,
      without: 2,
      with: 2,
      ratio: 1,
      isEnough: false,
    },
    {
      start: '2026-02-01',
      runs: 1,
      edits: 1,
      repeatedByHand: 1,
      avoidable: 1,
      byAsset: 3,
      without: 4,
      with: 1,
      ratio: 0.25,
      isEnough: false,
    },
  ]);
  expect(found.total).toMatchObject({ without: 6, with: 3, ratio: 0.5, isEnough: false });
  expect(found.patterns).toEqual([
    { title: 'Replace old($1) by now($1)', candidate: index[0]!.id, edits: 4, repeated: 3, runs: 3 },
  ]);
  expect(found.notes).toContain('There are 6 repeats in all; below 20 the ratio can be chance.');
  expect((await stats({ repositoryRoot: world.root, period: 'week' })).periods.map(({ start }) => start)).toEqual([
    '2026-01-05',
    '2026-01-19',
    '2026-02-02',
  ]);
});

it('has no ratio where nothing repeats', async () => {
  const world = await World.make();
  await world.run({ 'a.js': 'old(1);\n' }, { 'a.js': 'now(1);\n' });
  const { total, notes } = await stats({ repositoryRoot: world.root });
  expect(total).toMatchObject({ runs: 1, edits: 1, without: 0, ratio: null });
  expect(notes).toContain('Nothing repeats yet, so there is nothing to halve.');
});

it('counts what an asset did in a goal for the asset, once, and learns nothing from it', async () => {
  const world = await World.make();
  await world.run({ 'a.js': 'old(1);\n' }, { 'a.js': 'now(1);\n' });
  const before = { 'b.js': 'old(2);\nold(3);\n', 'c.js': 'old(4);\nx = 1;\n', 'd.js': 'old(5);\n' };
  const byAsset = { ...before, 'b.js': 'now(2);\nnow(3);\n', 'c.js': 'now(4);\nx = 1;\n' };
  const run = await world.runWithAsset(before, byAsset, {
    ...byAsset,
    'c.js': 'now(4);\nx = 2;\n',
    'd.js': 'now(5);\n',
  });

  const { total, notes, patterns } = await stats({ repositoryRoot: world.root });
  // In c.js both have worked, and nobody can tell any more who did what: that counts for the hand.
  expect(total).toMatchObject({ runs: 2, edits: 4, repeatedByHand: 2, byAsset: 2, without: 4, with: 2, ratio: 0.5 });
  expect(patterns).toMatchObject([{ edits: 3, repeated: 2, runs: 2 }]);
  expect(notes).not.toContain('No asset was applied yet: this is the baseline.');
  expect(notes.join(' ')).toContain(
    '1 file was changed by an asset and by hand in the same run, and counts as by hand',
  );

  const { candidates } = await ingest({ repositoryRoot: world.root, runs: [run], minOrigins: 1 });
  expect(candidates.flatMap(({ examples }) => examples.map(({ path }) => path))).not.toContain('b.js');
});
