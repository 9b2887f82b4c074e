import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitAll, userGit, writeFiles } from '../../test/git-fixture.js';
import { IntegrationWorld, outcomes } from '../../test/integration-world.js';
import { openRepository } from '../workspace/index.js';
import { release } from './index.js';

/** Red while a file named bad-* is there, or both of a pair. */
const check = `
import { readdirSync, readFileSync } from 'node:fs';
const names = readdirSync('.');
if (names.some((name) => name.startsWith('bad-'))) { console.log('bad'); process.exit(1); }
if (names.includes('left') && names.includes('right')) { console.log('left and right'); process.exit(1); }
`;
const text = (...changed: [number, string][]): string =>
  Array.from({ length: 30 }, (_, line) => `${changed.find(([at]) => at === line)?.[1] ?? `line ${line}`}\n`).join('');

const files = { 'check.mjs': check, 'a.txt': text(), 'b.txt': text() };

describe('independent runs', () => {
  it('go in together, tested once, one commit each, and the checkout is as it was', async () => {
    const world = await IntegrationWorld.make(files);
    const runs = [
      await world.approvedRun('Change a', { 'a.txt': text([3, 'A']) }),
      await world.approvedRun('Change b', { 'b.txt': text([3, 'B']) }),
      await world.approvedRun('Add c', { 'c.txt': 'c\n' }),
    ];
    const before = [world.git('rev-parse', 'main', 'HEAD'), world.git('status', '--porcelain', '-uno')];
    const record = await world.integrate(runs);
    expect(record.state, JSON.stringify(record, undefined, 1)).toBe('done');
    expect(outcomes(record)).toEqual(['integrated', 'integrated', 'integrated']);
    expect(world.tested).toBe(1);
    expect(record.runs.map(({ needsApproval }) => needsApproval)).toEqual([false, false, false]);
    expect(world.git('log', '--format=%s', 'main..codex-orch/integration/it')).toBe('Add c\nChange b\nChange a\n');
    expect(world.show('a.txt')).toBe(text([3, 'A']));
    expect([world.git('rev-parse', 'main', 'HEAD'), world.git('status', '--porcelain', '-uno')]).toEqual(before);
    expect(record.tests).toMatchObject([
      { number: 1, runs: runs.map(({ runId }) => runId), report: { passed: true }, logs: [{ path: 'tests/1-1.log' }] },
    ]);
  });
});

describe('runs that touch the same file', () => {
  it('in different places go in one on top of the other, each tested', async () => {
    const world = await IntegrationWorld.make(files);
    const runs = [
      await world.approvedRun('top', { 'a.txt': text([2, 'top']) }),
      await world.approvedRun('bottom', { 'a.txt': text([25, 'bottom']) }),
    ];
    const record = await world.integrate(runs);
    expect(outcomes(record)).toEqual(['integrated', 'integrated']);
    expect(world.tested).toBe(2);
    expect(world.show('a.txt')).toBe(text([2, 'top'], [25, 'bottom']));
    expect(record.runs.map(({ needsApproval }) => needsApproval)).toEqual([false, false]);
  });

  it('in the same place conflict: both sides are told, the first stays, and the rest goes in', async () => {
    const world = await IntegrationWorld.make(files);
    const runs = [
      await world.approvedRun('say one', { 'a.txt': text([2, 'one']) }),
      await world.approvedRun('say two', { 'a.txt': text([2, 'two']) }),
      await world.approvedRun('else', { 'b.txt': text([2, 'else']) }),
    ];
    const record = await world.integrate(runs);
    expect(record.state).toBe('partial');
    expect(outcomes(record)).toEqual(['integrated', 'conflict', 'integrated']);
    expect(record.runs[1]?.conflict).toMatchObject({
      with: [{ runId: runs[0]?.runId, goal: 'say one' }],
      withBase: false,
      conflicts: [{ type: 'contents', paths: ['a.txt'] }],
    });
    const [place] = record.runs[1]?.conflict?.places ?? [];
    expect(place?.path).toBe('a.txt');
    expect(place?.text).toMatch(/^<<<<<<< the integration\none\n\|{7}.*\nline 2\n=======\ntwo\n>>>>>>> run 01/);
    expect(world.show('a.txt')).toBe(text([2, 'one']));
  });

  it('conflict where one deletes what the other edits', async () => {
    const world = await IntegrationWorld.make(files);
    const runs = [
      await world.approvedRun('delete', { 'a.txt': null }),
      await world.approvedRun('edit', { 'a.txt': text([2, 'two']) }),
    ];
    const record = await world.integrate(runs);
    expect(outcomes(record)).toEqual(['integrated', 'conflict']);
    expect(record.runs[1]?.conflict?.conflicts).toMatchObject([{ type: 'modify/delete', paths: ['a.txt'] }]);
  });

  it('go in where one renames what the other edits, but not into the branch before a human has looked at that', async () => {
    const world = await IntegrationWorld.make(files);
    const runs = [
      await world.approvedRun('rename', (root) => {
        renameSync(path.join(root, 'a.txt'), path.join(root, 'renamed.txt'));
      }),
      await world.approvedRun('edit', { 'a.txt': text([2, 'two']) }),
    ];
    const record = await world.integrate(runs);
    expect(outcomes(record)).toEqual(['integrated', 'integrated']);
    expect(record.runs.map(({ needsApproval }) => needsApproval)).toEqual([false, true]);
    const held = `refs/codex-orch/held/${record.id}`;
    expect(record).toMatchObject({ held, tip: world.git('rev-parse', held).trim() });
    expect(world.git('show', `${held}:renamed.txt`)).toBe(text([2, 'two']));
    expect(world.git('branch', '--list', 'codex-orch/*')).toBe('');

    const repository = await openRepository(world.root);
    const { branch, tip } = record;
    const what = { ref: held, branch, before: null, tip: tip ?? '' };
    // A human who gives the branch something else meanwhile keeps it.
    world.git('branch', 'codex-orch/integration/it', 'main');
    await expect(release(repository, what)).rejects.toMatchObject({ code: 'git-failed' });
    world.git('branch', '--delete', 'codex-orch/integration/it');
    await release(repository, what);
    await release(repository, what);
    expect(world.git('rev-parse', 'codex-orch/integration/it').trim()).toBe(tip);
    expect(world.git('for-each-ref', 'refs/codex-orch')).toBe('');
    expect(record.diff?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('conflict where both change a binary file, and modes are kept', async () => {
    const world = await IntegrationWorld.make({ ...files, 'x.bin': new Uint8Array([0, 1, 2]) });
    const runs = [
      await world.approvedRun('one', { 'x.bin': new Uint8Array([0, 1, 3]) }),
      await world.approvedRun('two', { 'x.bin': new Uint8Array([0, 1, 4]) }),
      await world.approvedRun('mode', (root) => {
        chmodSync(path.join(root, 'b.txt'), 0o755);
      }),
    ];
    const record = await world.integrate(runs);
    expect(outcomes(record)).toEqual(['integrated', 'conflict', 'integrated']);
    expect(world.git('ls-tree', 'codex-orch/integration/it', 'b.txt')).toMatch(/^100755 /);
    expect(record.runs[1]?.conflict?.places).toEqual([]);
  });
});

describe('a red batch', () => {
  it('of eight loses the one that is red, and no other', async () => {
    const world = await IntegrationWorld.make(files);
    const runs = [];
    for (let at = 0; at < 8; at += 1)
      runs.push(await world.approvedRun(`run ${at}`, { [at === 5 ? 'bad-5' : `good-${at}`]: 'x\n' }));
    const record = await world.integrate(runs);
    expect(outcomes(record).filter((outcome) => outcome === 'integrated')).toHaveLength(7);
    expect(record.runs[5]).toMatchObject({ outcome: 'red', guilty: [runs[5]?.runId] });
    const test = record.tests.find(({ number }) => number === record.runs[5]?.test);
    expect(test).toMatchObject({ report: { passed: false }, runs: [runs[5]?.runId] });
    // All, the base, three to find it, it alone, the rest.
    expect(world.tested).toBeLessThanOrEqual(7);
    expect(world.git('ls-tree', '--name-only', 'codex-orch/integration/it')).not.toContain('bad-5');
  });

  it('of runs that are green alone names the pair, and keeps the first of it', async () => {
    const world = await IntegrationWorld.make(files);
    const runs = [
      await world.approvedRun('one', { one: 'x\n' }),
      await world.approvedRun('left', { left: 'x\n' }),
      await world.approvedRun('two', { two: 'x\n' }),
      await world.approvedRun('right', { right: 'x\n' }),
      await world.approvedRun('three', { three: 'x\n' }),
    ];
    const record = await world.integrate(runs);
    expect(outcomes(record)).toEqual(['integrated', 'integrated', 'integrated', 'red', 'integrated']);
    expect(record.runs[3]?.guilty).toEqual([runs[1]?.runId, runs[3]?.runId]);
  });

  it('on a base that is red itself blames nobody, and moves nothing', async () => {
    const world = await IntegrationWorld.make({ ...files, 'bad-base': 'x\n' });
    const record = await world.integrate([await world.approvedRun('one', { one: 'x\n' })]);
    expect(record).toMatchObject({ state: 'failed', end: { code: 'integration-base-red' }, tip: null });
    expect(outcomes(record)).toEqual(['untested']);
    expect(world.git('branch', '--list', 'codex-orch/*')).toBe('');
  });
});

describe('the base', () => {
  it('that moves in the middle is noticed before the branch is moved; all is built and tested again on it', async () => {
    const world = await IntegrationWorld.make(files);
    const runs = [
      await world.approvedRun('a', { 'a.txt': text([2, 'A']) }),
      await world.approvedRun('b', { 'b.txt': text([2, 'B']) }),
    ];
    world.beforeTests = (number) => {
      if (number !== 1) return;
      writeFiles(world.root, { 'b.txt': text([2, 'moved']) });
      commitAll(world.root, 'moved');
    };
    const record = await world.integrate(runs);
    expect(record.tries).toBe(2);
    expect(outcomes(record)).toEqual(['integrated', 'conflict']);
    expect(record.runs[1]?.conflict).toMatchObject({ with: [], withBase: true });
    expect(record.base.commit).toBe(world.git('rev-parse', 'main').trim());
    expect(world.show('b.txt')).toBe(text([2, 'moved']));
    expect(world.tested).toBe(2);
  });

  it('that never rests is given up after some tries, with the branch not moved', async () => {
    const world = await IntegrationWorld.make(files);
    const run = await world.approvedRun('a', { 'a.txt': text([2, 'A']) });
    world.beforeTests = (number) => {
      writeFiles(world.root, { moved: `${number}\n` });
      commitAll(world.root, 'moved');
    };
    const record = await world.integrate([run]);
    expect(record).toMatchObject({ state: 'failed', end: { code: 'integration-base-moving' }, tries: 3, tip: null });
    expect(world.tested).toBe(3);
    expect(world.git('branch', '--list', 'codex-orch/*')).toBe('');
  });
});

describe('the branch', () => {
  it('that is there already is built upon, and what it holds is not integrated twice', async () => {
    const world = await IntegrationWorld.make(files);
    const runs = [
      await world.approvedRun('a', { 'a.txt': text([2, 'A']) }),
      await world.approvedRun('b', { 'b.txt': text([2, 'B']) }),
    ];
    const first = await world.integrate(runs.slice(0, 1));
    const second = await world.integrate(runs);
    expect(outcomes(second)).toEqual(['already-there', 'integrated']);
    expect(
      world
        .git('rev-list', `${first.tip ?? ''}..codex-orch/integration/it`)
        .trim()
        .split('\n'),
    ).toHaveLength(1);
  });

  it.each([
    ['is checked out', (world: IntegrationWorld) => world.git('switch', '-q', '-c', 'codex-orch/integration/it')],
    [
      'is checked out in another work tree',
      (world: IntegrationWorld) =>
        world.git('worktree', 'add', '-q', '-b', 'codex-orch/integration/it', path.join(world.folder, 'linked')),
    ],
    [
      'holds other work',
      (world: IntegrationWorld) => {
        world.git('branch', 'codex-orch/integration/it');
        writeFiles(world.root, { new: 'x' });
        commitAll(world.root);
      },
    ],
    ['has a name that another one is in the way of', (world: IntegrationWorld) => world.git('branch', 'codex-orch')],
  ])('that %s is refused, and stays', async (_why, prepare) => {
    const world = await IntegrationWorld.make(files);
    const run = await world.approvedRun('a', { 'a.txt': text([2, 'A']) });
    prepare(world);
    const before = world.git('for-each-ref');
    const input = { base: { ref: 'refs/heads/main', commit: world.git('rev-parse', 'main').trim() } };
    const record = await world.integrate([run], input);
    expect(record).toMatchObject({ state: 'failed', end: { code: 'integration-branch-unusable' } });
    expect(world.git('for-each-ref')).toBe(before);
  });

  it('that somebody moves meanwhile stays as they made it, and what was built is kept', async () => {
    const world = await IntegrationWorld.make(files);
    const run = await world.approvedRun('a', { 'a.txt': text([2, 'A']) });
    world.beforeTests = () => void world.git('branch', 'codex-orch/integration/it', 'main');
    const input = world.input([run]);
    const record = await world.go(input, [run]);
    expect(record).toMatchObject({ state: 'failed', end: { code: 'integration-branch-moved' }, tip: null });
    expect(world.git('rev-parse', 'codex-orch/integration/it')).toBe(world.git('rev-parse', 'main'));
    const kept = path.join(world.workspace(input.id), 'git');
    expect(userGit(kept, 'log', '-1', '--format=%s', 'codex-orch').trim()).toBe('a');
  });
});

describe('what is not as it was approved', () => {
  it('stays out: nobody approved it, its diff was changed, or its base is gone', async () => {
    const world = await IntegrationWorld.make(files);
    const good = await world.approvedRun('good', { good: 'x\n' });
    const open = await world.approvedRun('open', { open: 'x\n' });
    const tampered = await world.approvedRun('tampered', { tampered: 'x\n' });
    const lost = { ...(await world.approvedRun('lost', { lost: 'x\n' })), baseCommit: '1'.repeat(40) };
    world.unapproved.add(open.runId);
    writeFileSync(tampered.file, '\n', { flag: 'a' });
    const record = await world.integrate([good, open, tampered, lost]);
    expect(outcomes(record)).toEqual(['integrated', 'not-approved', 'not-approved', 'not-approved']);
    expect(record.runs.map(({ reason }) => reason?.code)).toEqual([
      undefined,
      'run-state',
      'diff-digest-mismatch',
      'unknown-object',
    ]);
  });

  it('blocks what depends on it, and what depends on something that is in comes behind it', async () => {
    const world = await IntegrationWorld.make(files);
    const bad = await world.approvedRun('bad', { 'bad-x': 'x\n' });
    const first = await world.approvedRun('first', { first: 'x\n' });
    const later = await world.approvedRun('later', { later: 'x\n' }, { after: [first.runId] });
    const blocked = await world.approvedRun('blocked', { blocked: 'x\n' }, { after: [bad.runId] });
    const record = await world.integrate([later, blocked, bad, first]);
    expect(outcomes(record)).toEqual(['integrated', 'blocked', 'red', 'integrated']);
    expect(world.git('log', '--format=%s', 'main..codex-orch/integration/it')).toBe('later\nfirst\n');
  });
});

it('a run that began on the work of another, which the repository has never seen, goes in behind it', async () => {
  const world = await IntegrationWorld.make(files);
  const first = await world.approvedRun('first', { 'a.txt': text([2, 'first']) });
  const after = { on: first, after: [first.runId] };
  const second = await world.approvedRun('second', { 'a.txt': text([2, 'second']) }, after);
  const record = await world.integrate([second, first]);
  expect(outcomes(record)).toEqual(['integrated', 'integrated']);
  expect(world.show('a.txt')).toBe(text([2, 'second']));
  expect(record.runs.map(({ needsApproval }) => needsApproval)).toEqual([false, false]);
});

it('a hostile repository runs no hook, filter, merge driver or monitor of its own', async () => {
  const world = await IntegrationWorld.make({
    ...files,
    '.gitattributes': '*.txt filter=evil merge=evil diff=evil\n',
  });
  const runs = [
    await world.approvedRun('top', { 'a.txt': text([2, 'top']) }),
    await world.approvedRun('bottom', { 'a.txt': text([25, 'bottom']) }),
    await world.approvedRun('clash', { 'a.txt': text([2, 'clash']) }),
  ];
  const mark = path.join(world.folder, 'ran');
  for (const hook of ['reference-transaction', 'post-checkout', 'post-index-change', 'pre-commit', 'post-commit']) {
    const file = path.join(world.root, '.git/hooks', hook);
    writeFiles(world.root, { [`.git/hooks/${hook}`]: `#!/bin/sh\necho ${hook} >> ${mark}\n` });
    chmodSync(file, 0o755);
  }
  for (const [key, value] of [
    ['filter.evil.smudge', `echo smudge >> ${mark}; cat`],
    ['filter.evil.clean', `echo clean >> ${mark}; cat`],
    ['merge.evil.driver', `echo merge >> ${mark}; true`],
    ['diff.evil.textconv', `echo textconv >> ${mark}; cat`],
    ['core.fsmonitor', `echo monitor >> ${mark}`],
    ['core.hooksPath', path.join(world.root, '.git/hooks')],
  ] as const)
    world.git('config', key, value);
  const record = await world.integrate(runs);
  expect(outcomes(record)).toEqual(['integrated', 'integrated', 'conflict']);
  expect(existsSync(mark)).toBe(false);
});
