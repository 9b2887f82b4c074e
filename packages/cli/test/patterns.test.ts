import { readFile } from 'node:fs/promises';
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
    [['apply', 'rename-old', '--option', 'from=x'], 'asset-options-invalid', 'It knows to.'],
    [['apply', 'rename-old', '--option', 'to'], 'bad-flags', 'name=value', 2],
    [['apply', 'rename-old', '--time-limit', '0'], 'bad-flags', 'more than 0', 2],
    [['rollback', 'latest'], 'unknown-application', 'latest'],
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
    const assets = (await good('list', '--json')).json() as readonly Asset[];
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
    expect((await good('search', 'lodash', 'null')).out).toMatch(/^lodash-to-native /m);
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

it('the index that comes with the command is not written to', async () => {
  const said = await run('approve', 'var-to-const-let', '--reason', 'x');
  expect(said.code).toBe(1);
  expect(said.err).toContain('[asset-index-shipped]');
});

it('what repeats in two diffs becomes a candidate that reproduces them', async () => {
  const diff = (name: string) =>
    `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1,2 +1,2 @@\n import assert from 'node:assert';\n-assert.equal(a.size, 3);\n+assert.strictEqual(a.size, 3);\n`;
  await world.write({
    '../one.diff': diff('one.test.js'),
    '../two.diff': diff('two.test.js').replaceAll('a.size, 3', 'list.length, 0'),
  });
  const ingested = await good('ingest', '--diff', '../one.diff', '--diff', '../two.diff', '--out', '../candidates');
  expect(ingested.out).toContain('1 candidate from 2 diffs');
  const [, folder = ''] = /^wrote (.*)$/m.exec(ingested.out) ?? [];
  expect((await good('verify', folder)).out).toContain('gives back all 2 diffs');
  expect((await good('stats')).out).toContain('Nothing repeats yet');
});

describe('patterns render', () => {
  it('prints a template, or writes it where nothing is', async () => {
    const set = ['--set', 'id=0042', '--set', 'title=Refunds', '--set', 'owners=["ada"]', '--set', 'covers=["src/**"]'];
    expect((await good('render', 'spec', ...set)).out).toMatch(/^title: Refunds$/m);
    expect((await good('render', 'spec', ...set, '--write')).out).toBe('wrote tasks/specs/0042-refunds.md\n');
    expect(await world.read('tasks/specs/0042-refunds.md')).toContain('status: draft');
    const again = await run('render', 'spec', ...set, '--write');
    expect(again.err).toContain('[file-exists]');
    // The guard reads what the template writes.
    expect((await world.run('spec', 'register', 'tasks/specs/0042-refunds.md')).code).toBe(0);
  });

  it.each([
    [['render', 'nothing'], '[template-refused]'],
    [['render', 'spec'], 'owners'],
    [['render', 'spec', '--parameters', 'nowhere.json'], '[unreadable-json]'],
  ])('%j is refused', async (args, words) => {
    const said = await run(...args);
    expect(said.code).toBe(1);
    expect(said.err).toContain(words);
  });
});
