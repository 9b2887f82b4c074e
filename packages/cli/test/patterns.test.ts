import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { ApplyResult, Asset } from '@codex-orch/learning-library';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeIndex } from './asset-index.js';
import { runCommandLine } from './real-command.js';
import { type Said, World } from './world.js';

let world: World;
let index: string;

beforeEach(async () => {
  world = await World.make({
    'src/a.js': 'export const oldName = 1;\n',
    'src/b.js': 'import { oldName } from "./a.js";\r\nconsole.log("oldName", oldName);\r\n',
    'other/c.js': 'oldName();\n',
  });
  index = await makeIndex(world.root);
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const run = (...args: string[]): Promise<Said> => world.run('patterns', ...args);
const good = async (...args: string[]): Promise<Said> => {
  const said = await run(...args);
  expect(said.code, said.err + said.out).toBe(0);
  return said;
};

describe('patterns apply', () => {
  it('changes the files below the paths that are named, says what it declined, and is taken back by rollback', async () => {
    const before = await world.read('src/b.js');
    const applied = await good('apply', 'rename-old', 'src', '--index', index);
    expect(applied.err).toContain('declined src/b.js:2:13  rename-old (in-a-string): It is in a string.');
    expect(applied.err).toContain('2 files changed, 1 place declined, 0 failed');
    expect(await world.read('src/b.js')).toBe(
      'import { newName } from "./a.js";\r\nconsole.log("oldName", newName);\r\n',
    );
    expect(await world.read('other/c.js')).toBe('oldName();\n');
    expect((await good('applications')).out).toMatch(/^[0-9A-Z]{26} .* applied +2 files +rename-old$/m);

    expect((await good('rollback', 'latest')).out).toContain('2 files restored');
    expect(await world.read('src/b.js')).toBe(before);
    expect(world.git('status', '--porcelain')).toBe('');
  });

  it('takes options, and gives a patch that git applies when it is only asked what it would do', async () => {
    const dry = ['--dry-run', '--patch', '../p.patch', '--option', 'to=other', '--index', index];
    expect((await good('apply', 'rename-old', ...dry)).out).toContain('+console.log("oldName", other);\u240d');
    expect(world.git('status', '--porcelain')).toBe('');
    // What takes texts gets one, whatever it looks like.
    const number = await good('apply', 'rename-old', 'other', '--dry-run', '--option', 'to=5', '--index', index);
    expect(number.out).toContain('+5();');
    world.git('apply', '../p.patch');
    expect(await world.read('src/a.js')).toBe('export const other = 1;\n');
    expect(await world.read('src/b.js')).toContain('"oldName", other);\r\n');
  });

  it('looks at paths from where the user stands', async () => {
    world.cwd = path.join(world.repo, 'src');
    const { changed } = (await good('apply', 'rename-old', 'a.js', '--json', '--index', index)).json() as ApplyResult;
    expect(changed.map((file) => file.path)).toEqual(['src/a.js']);
  });

  it('restores the rest where a file has changed since', async () => {
    await good('apply', 'rename-old', 'src', '--index', index);
    await world.write({ 'src/a.js': 'export const newName = 2;\n' });
    const refused = await run('rollback', 'latest');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('"src/a.js"');
    const rest = await run('rollback', 'latest', '--rest');
    expect(rest.code).toBe(1);
    expect(rest.out).toContain('left     src/a.js  changed since');
    expect(await world.read('src/b.js')).toContain('{ oldName }');
  });

  it.each([
    [['apply', 'rename-odl'], 'unknown-asset', 'rename-old'],
    [['apply', 'rename-old', 'nowhere'], 'no-asset-or-file', 'nowhere'],
    [['apply', 'rename-old', 'n'.repeat(300)], 'no-asset-or-file', 'ENAMETOOLONG'],
    [['apply', 'rename-old', '--option', 'from=x'], 'asset-options-invalid', 'It knows to (text).'],
    [['apply', 'rename-old', '--option', 'to'], 'bad-flags', 'name=value', 2],
    [['apply', 'rename-old', '--time-limit', '0'], 'bad-flags', 'more than 0', 2],
    [['rollback', 'latest'], 'unknown-application', 'Nothing was applied'],
    [['show', 'nothing'], 'unknown-asset', 'nothing'],
  ])('%j is refused with %s, and changes nothing', async (args, code, words, exitCode = 1) => {
    const needsIndex = args[0] !== 'rollback';
    const said = await run(...args, ...(needsIndex ? ['--index', index] : []));
    expect(said.code).toBe(exitCode);
    expect(said.err).toContain(`[${code}]`);
    expect(said.err).toContain(words);
    expect(world.git('status', '--porcelain')).toBe('');
  });
});

describe('our own index', () => {
  it('is used where the repository has none, and agrees with packages, documentation and fixtures', async () => {
    const assets = (await good('list', '--all', '--json')).json() as readonly Asset[];
    expect(assets.filter(({ kind }) => kind === 'codemod').length).toBeGreaterThanOrEqual(8);
    expect(assets.filter(({ kind }) => kind === 'rule').length).toBeGreaterThanOrEqual(8);
    const ours = path.resolve(import.meta.dirname, '../../../patterns/index.json');
    const checked = await runCommandLine(world, ['patterns', 'check', '--index', ours]);
    expect(checked.out).toContain('index, packages, documentation and fixtures agree');
    expect(checked.code).toBe(0);
  });

  it('says of an asset what it declines, and why it is not proven', async () => {
    const shown = (await good('show', 'var-to-const-let')).out;
    expect(shown).toMatch(/^Status +candidate: /m);
    expect(shown).toMatch(/^Declines loop-closure: /m);
    const template = (await good('show', 'spec')).out;
    expect(template).toMatch(/^Param +owners: list of text, at least 1, required$/m);
    expect(template).toMatch(/^Param +risk: one of "low", "medium", "high", "critical", "medium" by default$/m);
    expect((await good('search', 'lodash', 'null', '--all')).out).toMatch(/^lodash-to-native /m);
    expect((await good('search', 'nonsense-word')).out).toContain('No asset has all of these words');
  });

  it('applies its codemods', async () => {
    await world.write({ 'src/old.js': 'var a = new Buffer("x");\nmodule.exports = a;\n' });
    const { code, err } = await runCommandLine(world, [
      'patterns',
      'apply',
      'buffer-constructor',
      'var-to-const-let',
      'src/old.js',
    ]);
    expect(code, err).toBe(0);
    expect(await world.read('src/old.js')).toBe('const a = Buffer.from("x");\nmodule.exports = a;\n');
  });
});

it('approving makes an evaluated candidate proven, on the record, bound to its code', async () => {
  const candidate = await makeIndex(world.root, { status: 'candidate', approvals: [] });
  const said = await good('approve', 'rename-old', '--reason', 'Read it', '--index', candidate);
  expect(said.out).toContain('It is proven.');
  const { assets } = JSON.parse(await readFile(candidate, 'utf8')) as { assets: readonly Asset[] };
  expect(assets[0]).toMatchObject({
    status: 'proven',
    approvals: [
      {
        subject: { kind: 'asset', id: 'rename-old' },
        by: { actor: 'human', email: 'ada@example.org' },
        justification: 'Read it',
      },
    ],
  });
  expect((await world.run('audit', 'list', '--json')).out).toContain('"kind": "asset"');
});

it('an approval of somebody whom git does not know is told what it counts as, and what to set', async () => {
  const candidate = await makeIndex(world.root, { status: 'candidate', approvals: [] });
  expect((await good('approve', 'rename-old', '--index', candidate)).err).not.toContain('user.email');
  world.env['GIT_CONFIG_GLOBAL'] = '/dev/null';
  const { err } = await good('approve', 'rename-old', '--index', candidate);
  expect(err).toContain(`this counts as said by "${userInfo().username}"`);
  expect(err).toContain('git config --global user.name "Your Name"');
});

it('the index that comes with the command is not written to', async () => {
  const said = await run('approve', 'var-to-const-let', '--reason', 'x');
  expect(said.code).toBe(1);
  expect(said.err).toContain('[asset-index-shipped]');
});

/** A diff of a test file, in which `assert.equal` of something became strict. */
const strictDiff = (name: string, what: string) =>
  `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1,2 +1,2 @@\n import assert from 'node:assert';\n-assert.equal(${what});\n+assert.strictEqual(${what});\n`;

describe('what repeats in two diffs', () => {
  beforeEach(() =>
    world.write({
      '../one.diff': strictDiff('one.test.js', 'a.size, 3'),
      '../two.diff': strictDiff('two.test.js', 'list.length, 0'),
    }),
  );
  const diffs = ['--diff', '../one.diff', '--diff', '../two.diff'];

  it('becomes a candidate that reproduces them, enters the index of the repository once, and can be applied', async () => {
    const ingested = await good('ingest', ...diffs, '--out', 'candidates');
    expect(ingested.out).toContain('1 candidate from 2 diffs');
    const [, folder = ''] = /^wrote (.*)$/m.exec(ingested.out) ?? [];
    expect((await good('verify', folder)).out).toContain('gives back all 2 diffs');
    expect((await good('stats')).out).toContain('Nothing repeats yet');

    const module = await world.read(`${folder}/transform.mjs`);
    await world.write({ [`${folder}/transform.mjs`]: 'export default (file) => file.source.toUpperCase();\n' });
    const refused = await run('add', folder);
    expect(refused.err).toContain('[candidate-refused]');
    await expect(world.read('patterns/index.json')).rejects.toThrow('ENOENT');

    await world.write({ [`${folder}/transform.mjs`]: module });
    const added = await good('add', folder, '--when', 'Where assert.equal compares numbers.', '--json');
    const { asset } = added.json() as { asset: Asset };
    expect(asset).toMatchObject({
      package: `./../${folder}`,
      status: 'candidate',
      approvals: [],
      owner: 'ada@example.org',
      whenToUse: 'Where assert.equal compares numbers.',
      fixtures: { kinds: { positive: 2, idempotent: 2 } },
    });
    expect(asset.provenance.digests).toHaveLength(2);
    expect((await good('check')).out).toContain('1 asset: index, packages, documentation and fixtures agree.');
    expect((await good('show', asset.id)).out).toMatch(/^Status +candidate: no evaluation of it has passed$/m);

    const before = await world.read('patterns/index.json');
    expect((await run('add', folder)).err).toContain('[asset-exists]');
    expect(await world.read('patterns/index.json')).toBe(before);

    await world.write({ 'src/new.js': "import assert from 'node:assert';\nassert.equal(x.count, 1);\n" });
    await good('apply', asset.id, 'src/new.js');
    expect(await world.read('src/new.js')).toContain('assert.strictEqual(x.count, 1);');
  });

  it('is counted by different diffs, and within one where the user says so', async () => {
    await world.write({ '../twice.diff': strictDiff('x.js', 'a.size, 3') + strictDiff('y.js', 'list.length, 4') });
    const one = (await good('ingest', '--diff', '../twice.diff')).out;
    expect(one).toContain('0 candidates from 1 diff');
    expect(one).toContain('in at least 2 different diffs (--minimum 2). There is only 1');
    expect((await good('ingest', '--diff', '../twice.diff', '--minimum', '1')).out).toContain(
      '1 candidate from 1 diff',
    );
    const more = (await good('ingest', ...diffs, '--minimum', '3')).out;
    expect(more).toContain('in at least 3 different diffs (--minimum 3). There are only 2');
  });

  it('does not enter the index where that cannot have it', async () => {
    const ingested = await good('ingest', ...diffs, '--out', '../candidates');
    const [, folder = ''] = /^wrote (.*)$/m.exec(ingested.out) ?? [];
    expect((await run('add', folder)).err).toContain('[candidate-misplaced]');
  });
});

describe('patterns list', () => {
  it('leaves out what is retired, or was evaluated as something else, says why, and has it with --all', async () => {
    const evaluation = { version: '0.9.0', assetSha256: 'a'.repeat(64), passed: true, at: '2026-01-01T00:00:00.000Z' };
    await makeIndex(world.root, { evaluation });
    const why = 'its evaluation was of version 0.9.0';
    for (const words of [['list'], ['search', 'oldName']]) {
      expect((await good(...words, '--index', index)).out).toBe(
        `1 more is not offered: rename-old (${why}). --all lists it too.\n`,
      );
      expect((await good(...words, '--all', '--index', index)).out).toContain(`Renames oldName (${why})\n`);
      expect((await good(...words, '--json', '--index', index)).json()).toEqual([]);
    }
    expect((await good('show', 'rename-old', '--index', index)).out).toMatch(
      /^Evaluated passed .*; its evaluation was of/m,
    );
    const checked = await run('check', '--index', index);
    expect(checked.out).toContain(`rename-old  is not offered: ${why}\n`);

    await makeIndex(world.root, { status: 'retired' });
    expect((await good('list', '--index', index)).out).toContain('rename-old (it is retired)');
    expect((await good('list', '--status', 'retired', '--index', index)).out).toMatch(
      /^rename-old .*\(it is retired\)$/m,
    );
  });
});

describe('the use of an asset', () => {
  beforeEach(() => good0('task', 'new', 'Rename things'));
  const good0 = async (...args: string[]): Promise<void> => {
    const said = await world.run(...args);
    expect(said.code, said.err).toBe(0);
  };
  const registry = async () =>
    JSON.parse(await world.read('tasks/index.json')) as { items: readonly { assets?: readonly unknown[] }[] };

  it('is noted with the task that it was for, told by show and stats, and forgotten with its rollback', async () => {
    const before = await world.read('tasks/index.json');
    expect((await run('apply', 'rename-old', 'src', '--index', index, '--task', '0009')).err).toContain(
      '[entry-unknown]',
    );
    await good('apply', 'rename-old', 'src', '--index', index, '--task', 'rename-things', '--dry-run');
    expect(await world.read('tasks/index.json')).toBe(before);

    const applied = await good('apply', 'rename-old', 'src', '--index', index, '--task', '0001');
    expect(applied.err).toContain('tasks/index.json notes that rename-old@1.0.0 was used for task 0001.');
    const [application = ''] = /[0-9A-Z]{26}/.exec(applied.err) ?? [];
    expect((await registry()).items[0]?.assets).toEqual([
      { id: 'rename-old', version: '1.0.0', at: expect.any(String) as string, application },
    ]);
    const used = `1.0.0 for task 0001, ${new Date().toISOString().slice(0, 10)}, application ${application}`;
    expect((await good('show', 'rename-old', '--index', index)).out).toContain(`Used    ${used}`);
    expect((await good('stats', '--index', index)).out).toContain(`Used     rename-old@1.0.0 for 1 task: 0001`);
    // Nothing is left to change.
    await good('apply', 'rename-old', 'src', '--index', index, '--task', '0001');
    expect((await registry()).items[0]?.assets).toHaveLength(1);

    await good('rollback', application);
    expect(await world.read('tasks/index.json')).toBe(before);
  });
});

it('patterns add says that a folder is no candidate, and what one is', async () => {
  const said = await run('add', 'src');
  expect(said.code).toBe(1);
  expect(said.err).toContain('src is no candidate: there is no asset.json in it. [candidate-missing]');
  expect(said.err).toContain('patterns ingest');
});

describe('patterns render', () => {
  it('prints a template, or writes it where nothing is', async () => {
    const set = ['--set', 'id=0042', '--set', 'title=Refunds', '--set', 'owners=["ada"]', '--set', 'covers=["src/**"]'];
    expect((await good('render', 'spec', ...set)).out).toMatch(/^title: Refunds$/m);
    expect((await good('render', 'spec', ...set, '--write')).out).toBe('wrote tasks/specs/0042-refunds.md\n');
    expect(await world.read('tasks/specs/0042-refunds.md')).toContain('status: draft');
    const again = await run('render', 'spec', ...set, '--write');
    expect(again.err).toContain('[file-exists]');
    expect((await good('show', 'spec')).out).toMatch(/^Render {2}codex-orch patterns render spec --set .*title=…/m);
    // The guard reads what the template writes.
    expect((await world.run('spec', 'register', 'tasks/specs/0042-refunds.md')).code).toBe(0);
  });

  it.each([
    [['render', 'nothing'], '[template-refused]'],
    [['render', 'spec'], 'owners'],
    [['render', 'spec', '--parameters', 'nowhere.json'], '[unreadable-json]'],
    [['render', 'spec', '--parameters', 'src/a.js'], 'src/a.js:1:1: it is no JSON'],
  ])('%j is refused', async (args, words) => {
    const said = await run(...args);
    expect(said.code).toBe(1);
    expect(said.err).toContain(words);
  });
});
