import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { casesOf } from './every-case.js';
import {
  breaking,
  builder,
  codexPaths,
  manager,
  manyByShell,
  manyChanges,
  mending,
  oneChange,
  planner,
  reviewer,
  say,
  World,
} from './world.js';

let world: World;

const inNewWorlds = (): void => {
  beforeEach(async () => {
    world = await World.make();
  });

  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });
};

const drivers = [
  ['app-server', '0.169.0'],
  ['exec', '0.169.0'],
  ['app-server', '0.151.0'],
  ['mcp-server', '0.151.0'],
  ['exec', '0.151.0'],
] as const;
// Every driver, and both versions.
const chosen = casesOf('goals through a driver', drivers, ([driver, version]) =>
  driver === 'app-server' ? version === '0.169.0' : version === '0.151.0',
);

describe.each(chosen)('a goal through %s of Codex %s', (driver, version) => {
  inNewWorlds();

  it('ends as a reviewed diff with an added, a changed, a deleted and a renamed file, and is applied once approved', async () => {
    await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()], {
      codex: { path: codexPaths[version], driver },
    });

    const run = await world.run('run', 'sum any number of numbers');

    expect(run.err).toContain(`Codex ${version} through ${driver}`);
    expect(run.code, run.err).toBe(3);
    const manifest = await world.manifest();
    console.info(`served by Codex ${manifest.codex?.version ?? '?'} through ${manifest.codex?.driver ?? '?'}`);
    expect(manifest).toMatchObject({
      state: 'awaiting-approval',
      codex: { version, driver },
      tests: { passed: true },
      review: { verdict: 'approve' },
    });
    expect(manifest.diff?.files.map(({ path: file, status, oldPath }) => [status, oldPath ?? null, file])).toEqual([
      ['added', null, 'src/more.js'],
      ['deleted', null, 'src/old.js'],
      ['renamed', 'src/name.js', 'src/renamed.js'],
      ['modified', null, 'src/sum.js'],
    ]);
    expect(world.git('status', '--porcelain')).toBe('');

    expect((await world.run('apply', 'latest')).code).toBe(1);
    expect((await world.run('approve', 'latest')).code).toBe(0);
    expect((await world.run('apply', 'latest')).code).toBe(0);
    expect(await world.read('src/sum.js')).toContain('numbers.reduce');
    expect(await world.read('src/renamed.js')).toContain('"b"');
    expect(world.git('status', '--porcelain', '--untracked-files=all').trimEnd().split('\n').sort()).toEqual([
      ' D src/name.js',
      ' D src/old.js',
      ' M src/sum.js',
      '?? src/more.js',
      '?? src/renamed.js',
    ]);
    expect(await world.manifest()).toMatchObject({
      state: 'done',
      approvals: [{ decision: 'approved', by: { actor: 'human', name: 'Ada Example', email: 'ada@example.org' } }],
      appliedTo: [world.repo],
    });
    expect((await world.run('runs', 'verify')).out).toContain('intact');
  });
});

describe('work that is not good yet', () => {
  inNewWorlds();

  it('goes back to the builder when its tests fail, and passes then', async () => {
    await world.model(
      [
        planner(),
        builder(1, { applyPatch: breaking }, say),
        manager('builder'),
        builder(2, { applyPatch: mending }, say),
        reviewer(),
      ],
      { tests: { commands: [['npm', 'test']] } },
    );
    const run = await world.run('run', 'swap the operands');
    expect(run.code, run.err).toBe(3);
    expect(run.err).toMatch(
      /tester {5}npm test failed[\s\S]*back to the builder: The builder is next\.[\s\S]*npm test passed/,
    );
    expect(await readFile(path.join((await location()).dir, 'diff.patch'), 'utf8')).toContain(
      '+export const sum = (a, b) => b + a;',
    );
  });

  it('goes back to the builder when the reviewer asks for it', async () => {
    await world.model([
      planner(),
      builder(1, { applyPatch: oneChange }, say),
      reviewer('revise', 1),
      manager('builder'),
      builder(2, { shell: 'echo "export const extra = 1;" > src/extra.js' }, say),
      reviewer(),
    ]);
    const run = await world.run('run', 'do it');
    expect(run.code, run.err).toBe(3);
    expect((await world.manifest()).diff?.files.map(({ path: file }) => file)).toContain('src/extra.js');
  });

  it('is planned again when the manager says so', async () => {
    await world.model([planner('first'), builder(1, { applyPatch: breaking }, say), manager('planner'), reviewer()], {
      limits: { revisions: 0 },
    });
    const run = await world.run('run', 'do it');
    expect(run.err).toContain('back to the planner');
  });

  it('ends escalated when nothing may be tried any more', async () => {
    await world.model([planner(), builder(1, { applyPatch: breaking }, say)], { limits: { revisions: 0, replans: 0 } });
    const run = await world.run('run', 'do it');
    expect(run.code).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'escalated', end: { code: 'escalated' } });
  });

  it('ends rejected when the reviewer rejects it', async () => {
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer('reject')]);
    const run = await world.run('run', 'do it');
    expect(run.code).toBe(1);
    expect(await world.manifest()).toMatchObject({
      state: 'rejected',
      end: { code: 'review-rejected', message: 'I say reject.' },
    });
  });

  it('ends rejected when a human rejects it, and cannot be applied', async () => {
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
    await world.run('run', 'do it');
    expect((await world.run('reject', 'latest', '--reason', 'not now')).code).toBe(0);
    expect(await world.manifest()).toMatchObject({
      state: 'rejected',
      end: { code: 'approval-rejected', message: 'Ada Example rejected the diff: not now' },
    });
    expect((await world.run('apply', 'latest')).code).toBe(1);
    expect(world.git('status', '--porcelain')).toBe('');
  });
});

describe('a plan of several subtasks', () => {
  inNewWorlds();

  it('has every one built, tested and reviewed', async () => {
    await world.model([
      planner('one', 'two'),
      {
        scene: 'one',
        when: { input: 'You are the builder.*Do one' },
        steps: [{ shell: 'echo "export const a = 1;" > src/a.js' }, say],
      },
      {
        scene: 'two',
        when: { input: 'You are the builder.*Do two' },
        steps: [{ shell: 'echo "export const b = 1;" > src/b.js' }, say],
      },
      reviewer(),
    ]);
    const run = await world.run('run', 'do both');
    expect(run.code, run.err).toBe(3);
    expect(await world.manifest()).toMatchObject({
      subtasks: [
        { id: 'one', state: 'done' },
        { id: 'two', state: 'done' },
      ],
      diff: { files: [{ path: 'src/a.js' }, { path: 'src/b.js' }] },
    });
  });
});

describe('apply', () => {
  let bringBack: () => Promise<void>;

  beforeAll(async () => {
    world = await World.make();
    await world.model([planner(), builder(1, { shell: manyByShell }, say), reviewer()]);
    await world.run('run', 'do it');
    await world.run('approve', 'latest');
    bringBack = world.keep();
  });

  beforeEach(() => bringBack());

  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  it('refuses a diff that is not the approved one', async () => {
    const { dir } = await location();
    await writeFile(path.join(dir, 'diff.patch'), 'something else');
    const said = await world.run('apply', 'latest', '--json');
    expect(said).toMatchObject({ code: 1 });
    expect(said.json()).toMatchObject({ error: { code: 'diff-digest-mismatch' } });
    expect(world.git('status', '--porcelain')).toBe('');
    expect((await world.run('runs', 'verify')).code).toBe(1);
  });

  it('refuses a checkout that is dirty where the diff touches it, and no other', async () => {
    await world.write({ 'src/sum.js': 'mine\n' });
    expect((await world.run('apply', 'latest', '--json')).json()).toMatchObject({
      error: { code: 'checkout-dirty', message: expect.stringContaining('src/sum.js') as string },
    });
    expect(await world.read('src/sum.js')).toBe('mine\n');
    world.git('checkout', 'src/sum.js');
    await world.write({ 'notes.txt': 'mine\n' });
    expect((await world.run('apply', 'latest')).code).toBe(0);
  });

  it('refuses a base that moved so that the diff no longer fits, and says what to do', async () => {
    await world.write({ 'src/sum.js': 'export const sum = null;\n' });
    world.git('commit', '--all', '--quiet', '--message=moved');
    const said = await world.run('apply', 'latest', '--json');
    const [here, base] = world.git('log', '--format=%H').split('\n');
    expect(said.json()).toMatchObject({
      error: {
        code: 'diff-does-not-apply',
        message: expect.stringContaining(
          `The diff was made on ${base?.slice(0, 12) ?? ''}, your checkout is at ${here?.slice(0, 12) ?? ''}`,
        ) as string,
        hint: expect.stringContaining(`git switch --create`) as string,
      },
    });
    expect(world.git('status', '--porcelain')).toBe('');
  });

  it('says on which commits it was made and applied, where the base moved and it still fits', async () => {
    await world.write({ 'notes.txt': 'mine\n' });
    world.git('add', '--all');
    world.git('commit', '--quiet', '--message=moved');
    const [here, base] = world.git('log', '--format=%H').split('\n');
    const { out, code, err } = await world.run('apply', 'latest');
    expect(code, err).toBe(0);
    expect(out).toContain('Changed 4 files in');
    expect(out).toContain('renamed  src/name.js → src/renamed.js');
    expect(out).toContain(
      `The diff was made on ${base?.slice(0, 12) ?? ''}, your checkout is at ${here?.slice(0, 12) ?? ''}`,
    );
  });

  it('says that it changed nothing the second time', async () => {
    await world.run('apply', 'latest');
    expect((await world.run('apply', 'latest')).out).toContain('Already changed');
  });
});

const location = async (): Promise<{ dir: string }> => {
  const { taskId, runId } = await world.manifest();
  return { dir: path.join(world.repo, '.runs', taskId, runId) };
};
