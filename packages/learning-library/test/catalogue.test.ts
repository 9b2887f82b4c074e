import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  applyAssets,
  type AssetApproval,
  checkIndex,
  digestModule,
  findAsset,
  loadIndex,
  locateModule,
  parseIndex,
  runnableAssets,
  saveIndex,
  searchAssets,
  whyNotOffered,
  whyNotProven,
} from '../src/index.js';
import { entry, type Entry, indexText, installed } from './index-world.js';
import { temporaryFolder } from './temporary-folder.js';
import { put, read, repository } from './world.js';

const problemsOf = async (file: string): Promise<string[]> =>
  (await checkIndex(await loadIndex(file))).map(({ code, where }) => `${code} ${where}`);

describe('an index', () => {
  it('leads from an id to a codemod that can be applied', async () => {
    const root = await repository({ 'a.js': 'oldName();\n' });
    const index = await loadIndex(await installed());
    const result = await applyAssets({ root, assets: await runnableAssets(index, ['rename-edits']) });
    expect(result.changed).toMatchObject([{ path: 'a.js', assets: ['rename-edits'] }]);
    expect(await read(root, 'a.js')).toBe('newName();\n');
  });

  it.each<[string, readonly Entry[], string, object]>([
    ['no asset has', [entry()], 'rename', { code: 'unknown-asset', hint: 'Did you mean rename-edits?' }],
    ['a rule has', [entry({ kind: 'rule' })], 'rename-edits', { code: 'asset-not-runnable', message: /it is a rule/ }],
    [
      'a retired asset has',
      [entry({ status: 'retired' }), entry({ id: 'better', supersedes: ['rename-edits'] })],
      'rename-edits',
      { code: 'asset-not-runnable', hint: 'Apply better instead.' },
    ],
    [
      'is of a package that is not installed',
      [entry({ package: 'absent' })],
      'rename-edits',
      { code: 'asset-not-installed' },
    ],
    [
      'is of a module that is not exported',
      [entry({ module: './absent' })],
      'rename-edits',
      { code: 'asset-not-installed' },
    ],
    [
      'is installed in another version',
      [entry({ version: '1.3.0' })],
      'rename-edits',
      { code: 'asset-not-runnable', message: /1\.3\.0, and 1\.2\.0/ },
    ],
  ])('refuses an id that %s', async (_what, assets, id, error) => {
    const index = await loadIndex(await installed(assets));
    await expect(runnableAssets(index, [id])).rejects.toMatchObject(error);
  });

  it.each([
    ['no JSON', '{', /it is no JSON/],
    ['another version', '{"schemaVersion": 2, "assets": []}', /schemaVersion/],
    ['an asset without a title', indexText([{ ...entry(), title: '' }]), /assets\.0\.title/],
    ['a language that is none', indexText([{ ...entry(), languages: ['cobol' as 'json'] }]), /assets\.0\.languages\.0/],
  ])('with %s is refused, and says where', async (_what, text, message) => {
    const file = path.join(await temporaryFolder(), 'index.json');
    await writeFile(file, text);
    await expect(loadIndex(file)).rejects.toMatchObject({ code: 'asset-index-broken', message });
  });

  it('is searched by words, by what is proven, and by language', () => {
    const { index } = parseIndex(
      indexText([
        entry({ id: 'old-way', title: 'Rename by hand' }),
        entry({ id: 'rename-more', status: 'proven' }),
        entry({ languages: ['typescript'], whenToUse: 'Anywhere' }),
        entry({ id: 'unlike', title: 'Other', package: 'x', module: './x', whenToUse: 'Never', docs: './x' }),
      ]),
    );
    const ids = (...args: Parameters<typeof searchAssets> extends [unknown, ...infer Rest] ? Rest : never): string[] =>
      searchAssets(index!, ...args).map(({ id }) => id);
    expect(ids('RENAME')).toEqual(['rename-more', 'rename-edits', 'old-way']);
    expect(ids('rename hand')).toEqual(['old-way']);
    expect(ids('rename nothing-such')).toEqual([]);
    expect(ids('', { status: 'proven' })).toEqual(['rename-more']);
    expect(ids('', { language: 'typescript' })).toEqual(['rename-edits']);
    expect(ids('')[0]).toBe('rename-more');
  });
});

describe('changing an index', () => {
  it('keeps everything else as it is written', async () => {
    const file = path.join(await temporaryFolder(), 'index.json');
    const compact = indexText([{ ...entry(), extra: { kept: [1, 2] } }]).replace(
      /"extra": \{[^}]*\}/,
      '"extra": {"kept": [1,2]}',
    );
    await writeFile(file, compact);
    await saveIndex(file, ({ assets }) => [
      { path: ['assets', assets.findIndex(({ id }) => id === 'rename-edits'), 'status'], value: 'retired' },
      { path: ['assets', -1], value: entry({ id: 'second' }) },
    ]);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('"extra": {"kept": [1,2]}');
    expect(text.startsWith(compact.replace('"candidate"', '"retired"').replace(/\s*\]\s*\}\s*$/, ''))).toBe(true);
    expect(findAsset(parseIndex(text).index!, 'second').status).toBe('candidate');
  });

  it('refuses what would break it, and begins one that is not there', async () => {
    const file = path.join(await temporaryFolder(), 'index.json');
    await saveIndex(file, () => [{ path: ['assets', -1], value: entry() }]);
    const before = await readFile(file, 'utf8');
    await expect(saveIndex(file, () => [{ path: ['assets', 0, 'risk'], value: 'none' }])).rejects.toMatchObject({
      code: 'asset-index-broken',
    });
    expect(await readFile(file, 'utf8')).toBe(before);
  });
});

describe('checking an index', () => {
  it('finds nothing where index, package, documentation and fixtures agree', async () => {
    expect(await problemsOf(await installed())).toEqual([]);
  });

  it.each<[string, readonly Entry[], readonly string[]]>([
    ['two assets with one id', [entry(), entry()], ['duplicate-id rename-edits']],
    ['another prefilter than the module has', [entry({ prefilter: ['other'] })], ['prefilter-differs rename-edits']],
    ['another version than the package has', [entry({ version: '2.0.0' })], ['version-differs rename-edits']],
    ['documentation that is not there', [entry({ docs: './docs/none.md' })], ['docs-missing rename-edits']],
    [
      'fixtures that are not there',
      [entry({ fixtures: { path: './none', kinds: {} } })],
      ['fixtures-missing rename-edits'],
    ],
    [
      'fewer fixtures than it says',
      [entry({ fixtures: { path: './fixtures/rename-edits', kinds: { crlf: 2 } } })],
      ['fixture-kind-missing rename-edits'],
    ],
    ['a module that is not there', [entry({ module: './none' })], ['module-missing rename-edits']],
    ['a module that calls itself otherwise', [entry({ id: 'renamed' })], ['module-broken renamed']],
    ['a predecessor that is not there', [entry({ supersedes: ['gone'] })], ['supersedes-unknown rename-edits']],
    [
      'options that are described by no schema',
      [entry({ optionsSchema: { type: 'nothing' } })],
      ['options-schema rename-edits'],
    ],
    ['a proof that is none', [entry({ status: 'proven' })], ['not-proven rename-edits']],
  ])('finds %s', async (_what, assets, expected) => {
    expect(await problemsOf(await installed(assets))).toEqual(expected);
  });

  it('finds a module that no asset names', async () => {
    const index = await loadIndex(await installed());
    const exported = ['renames/rename-edits', 'renames/forgotten'];
    expect(await checkIndex(index, { exported })).toMatchObject([{ code: 'orphan', where: 'renames/forgotten' }]);
  });
});

describe('an asset is offered', () => {
  const [sha256, other] = ['a'.repeat(64), 'b'.repeat(64)];
  const evaluation = { version: '1.2.0', assetSha256: sha256, passed: true, at: '2026-11-02T00:00:00Z' };
  const failed = { ...evaluation, passed: false, failedOn: ['qs', 'joi'] };

  it.each<[string, Partial<Entry>, string | undefined, string | undefined]>([
    ['where its evaluation passed, as it is', { evaluation }, sha256, undefined],
    ['where it was never evaluated: it is only a candidate', {}, sha256, undefined],
    ['where nobody can tell what its code is now', { evaluation }, undefined, undefined],
    ['not where its evaluation failed', { evaluation: failed }, sha256, 'its evaluation failed on qs, joi'],
    ['not where its code is another one since', { evaluation }, other, 'its code is not the one that was evaluated'],
    ['not where its code is another one since it failed', { evaluation: failed }, other, 'its code is not the one'],
    [
      'not where its version is another one',
      { evaluation, version: '1.3.0' },
      sha256,
      'its evaluation was of version 1.2.0',
    ],
    ['not where it is retired', { evaluation, status: 'retired' }, sha256, 'it is retired'],
  ])('%s', (_when, more, code, why) => {
    const asset = parseIndex(indexText([entry(more)])).index!.assets[0]!;
    const said = whyNotOffered(asset, code);
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(why);
  });
});

describe('a proven asset', () => {
  const approval = (sha256: string, more: Partial<AssetApproval> = {}): AssetApproval => ({
    subject: { kind: 'asset', id: 'rename-edits', sha256 },
    decision: 'approved',
    by: { actor: 'human', name: 'Ada', email: 'ada@example.org' },
    at: '2026-11-02T00:00:00Z',
    channel: 'cli',
    justification: 'read it',
    ...more,
  });

  it('was evaluated and approved by a human as it is', async () => {
    const file = await installed();
    const { index, folder } = await loadIndex(file);
    const { module } = await locateModule(findAsset(index, 'rename-edits'), folder);
    const sha256 = await digestModule(module);
    const evaluation = { version: '1.2.0', assetSha256: sha256, passed: true, at: '2026-11-02T00:00:00Z' };
    const why = (more: Partial<Entry>): string | undefined =>
      whyNotProven(parseIndex(indexText([entry(more)])).index!.assets[0]!, sha256);
    expect(why({ evaluation, approvals: [approval(sha256)] })).toBeUndefined();
    expect(why({ approvals: [approval(sha256)] })).toMatch(/no evaluation/);
    expect(why({ evaluation: { ...evaluation, passed: false } })).toBe('its evaluation failed');
    expect(why({ evaluation: { ...evaluation, version: '1.0.0' } })).toMatch(/of version 1\.0\.0/);
    const idle = { evaluation: { ...evaluation, changedTargets: 0 }, approvals: [approval(sha256)] };
    expect(why(idle)).toMatch(/changed nothing/);
    expect(why({ ...idle, kind: 'rule' })).toBeUndefined();
    expect(why({ evaluation, approvals: [approval('0'.repeat(64))] })).toMatch(/no human/);
    const byAgent = approval(sha256, { by: { actor: 'agent', name: 'x', email: '' } });
    expect(why({ evaluation, approvals: [byAgent] })).toMatch(/no human/);
    expect(why({ evaluation, approvals: [approval(sha256), approval(sha256, { decision: 'rejected' })] })).toMatch(
      /rejected/,
    );

    await writeFile(file, indexText([entry({ status: 'proven', evaluation, approvals: [approval(sha256)] })]));
    expect(await problemsOf(file)).toEqual([]);
    await writeFile(module, `${await readFile(module, 'utf8')}// changed\n`);
    expect(await problemsOf(file)).toEqual(['not-proven rename-edits']);
  });

  it('has another digest when a module that it imports changes, and not when one beside it does', async () => {
    const folder = await temporaryFolder();
    await put(folder, { 'a.js': `import { x } from "./chunk.js";\n`, 'chunk.js': 'export const x = 1;', 'b.js': '' });
    const before = await digestModule(path.join(folder, 'a.js'));
    await put(folder, { 'b.js': '1' });
    expect(await digestModule(path.join(folder, 'a.js'))).toBe(before);
    await put(folder, { 'chunk.js': 'export const x = 2;' });
    expect(await digestModule(path.join(folder, 'a.js'))).not.toBe(before);
    await rm(path.join(folder, 'a.js'));
    await expect(digestModule(path.join(folder, 'a.js'))).rejects.toMatchObject({ code: 'asset-module-unreadable' });
  });
});
