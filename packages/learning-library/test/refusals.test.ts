import { chmod, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyAssets } from '../src/index.js';
import { FileReader } from '../src/selection/read-file.js';
import { asset, git, put, read, rename, repository } from './world.js';
import { temporaryFolder } from './temporary-folder.js';

const plain = 'oldName();\n';
const renamed = 'newName();\n';

/** A transform that does something forbidden, and tells how it ended. */
const tries = (what: string) => `
export default async function transform(file) {
  try { ${what}; return 'escaped();\\n'; } catch (error) { throw new Error('refused: ' + error.code); }
}`;

describe('what an asset is asked for', () => {
  it('refuses options that it does not have before any file is read', async () => {
    const root = await repository({ 'a.js': plain });
    const optionsSchema = { type: 'object', properties: { level: { enum: [1, 2] } }, additionalProperties: false };
    const strict = await asset(rename, { optionsSchema });
    const apply = (options: object) => applyAssets({ root, assets: [strict], options: { asset: { ...options } } });
    await expect(apply({ level: 3 })).rejects.toMatchObject({ code: 'asset-options-invalid', message: /level/ });
    await expect(apply({ typo: 1 })).rejects.toMatchObject({
      code: 'asset-options-invalid',
      hint: 'It knows level (one of 1, 2).',
    });
    expect(await read(root, 'a.js')).toBe(plain);
  });

  it('refuses options of an asset that has none', async () => {
    const root = await repository({ 'a.js': plain });
    await expect(
      applyAssets({ root, assets: [await asset(rename)], options: { asset: { x: 1 } } }),
    ).rejects.toMatchObject({ code: 'asset-options-invalid', hint: 'It has no options.' });
  });

  it.each([
    ['has a syntax error', 'export default function (', /Unexpected/],
    ['exports nothing to run', 'export const x = 1;', /default export is no function/],
    ['throws while it is loaded', 'throw new Error("no luck");', /no luck/],
    ['imports what is not there', 'import "./missing.mjs"; export default () => {};', /missing/],
  ])('names an asset whose module %s', async (_what, source, message) => {
    const root = await repository({ 'a.js': plain });
    await expect(applyAssets({ root, assets: [await asset(source)] })).rejects.toMatchObject({
      code: 'asset-broken',
      message,
    });
    expect(await read(root, 'a.js')).toBe(plain);
  });

  it('gives up on a module that is never loaded', async () => {
    const root = await repository({ 'a.js': plain });
    const endless = await asset('for (;;);');
    await expect(applyAssets({ root, assets: [endless], limits: { startMs: 500 } })).rejects.toMatchObject({
      code: 'asset-broken',
      message: /not loaded within 500 ms/,
    });
  });

  it('refuses paths that leave the repository, or name nothing in it', async () => {
    const root = await repository({ 'a.js': plain });
    const apply = async (name: string) => applyAssets({ root, paths: [name], assets: [await asset(rename)] });
    await expect(apply('../x')).rejects.toMatchObject({ code: 'path-escapes' });
    await expect(apply('missing')).rejects.toMatchObject({ code: 'nothing-selected' });
    await expect(apply('*.js')).rejects.toMatchObject({ code: 'nothing-selected' });
  });
});

describe('what is passed over', () => {
  it('leaves what is no source, and says why', async () => {
    const root = await repository({
      'a.js': plain,
      'binary.js': Buffer.from([...Buffer.from(plain), 0, 1, 2]),
      'latin1.js': Buffer.from("oldName('\xe9');\n", 'latin1'),
      'huge.js': `${plain}//${'x'.repeat(5_000_000)}\n`,
      'made.js': `// @generated\n${plain}`,
      'lib.min.js': plain,
      'node_modules/dep/index.js': plain,
      'sub/inner.js': plain,
    });
    const outside = await temporaryFolder();
    await writeFile(path.join(outside, 'inner.js'), plain);
    await symlink('a.js', path.join(root, 'link.js'));
    await symlink('loop.js', path.join(root, 'loop.js'));
    await symlink('..', path.join(root, 'sub', 'up'));
    await put(root, { 'sub2/inner.js': plain });
    git(root, 'add', '--all');
    // A folder that git knows, in whose place there is a link to another one now.
    await rm(path.join(root, 'sub2'), { recursive: true });
    await symlink(outside, path.join(root, 'sub2'));
    const result = await applyAssets({ root, assets: [await asset(rename, { prefilter: ['oldName'] })] });
    expect(Object.fromEntries(result.skipped.map(({ path: name, reason }) => [name, reason]))).toEqual({
      'binary.js': 'binary',
      'latin1.js': 'binary',
      'huge.js': 'too-large',
      'made.js': 'generated',
      'lib.min.js': 'generated',
      'node_modules/dep/index.js': 'generated',
      'link.js': 'symlink',
      'loop.js': 'symlink',
      'sub2/inner.js': 'behind-symlink',
    });
    expect(result.changed.map((file) => file.path)).toEqual(['a.js', 'sub/inner.js']);
    expect(await readFile(path.join(outside, 'inner.js'), 'utf8')).toBe(plain);
  });

  it('says which file cannot be read, or reads it where its user may read everything', async () => {
    const root = await repository({ 'a.js': plain, 'secret.js': plain });
    await chmod(path.join(root, 'secret.js'), 0);
    const result = await applyAssets({ root, assets: [await asset(rename)] });
    const isAllowed = process.getuid?.() === 0;
    expect(result.skipped).toEqual(isAllowed ? [] : [{ path: 'secret.js', reason: 'unreadable' }]);
    expect(new FileReader(root, 1000).read(`${'long'.repeat(100)}.js`)).toBe('unreadable');
  });

  it('looks at what is not tracked yet, and not at what git ignores', async () => {
    const root = await repository({ '.gitignore': 'ignored.js\n' });
    await put(root, { 'new.js': plain, 'ignored.js': plain });
    await applyAssets({ root, assets: [await asset(rename)] });
    expect([await read(root, 'new.js'), await read(root, 'ignored.js')]).toEqual([renamed, plain]);
  });
});

describe('a transform that misbehaves', () => {
  const misbehaves = `
export default function transform({ path, source }) {
  if (path === 'throws.js') throw new TypeError('cannot');
  if (path === 'loops.js') for (;;);
  if (path === 'eats.js') { const all = []; for (;;) all.push(new Array(1e6).fill(path)); }
  if (path === 'exits.js') process.exit(7);
  if (path === 'never.js') return new Promise(() => {});
  if (path === 'number.js') return 7;
  if (path === 'breaks.js') return 'const = ;';
  return source.replace('oldName', 'newName');
}`;

  it('costs the file that it was at, and no other', async () => {
    const bad = ['throws', 'loops', 'eats', 'exits', 'never', 'number', 'breaks'];
    const names = [...bad, 'a', 'm', 'z'].map((name) => `${name}.js`);
    const root = await repository(Object.fromEntries(names.map((name) => [name, plain])));
    const result = await applyAssets({
      root,
      assets: [await asset(misbehaves)],
      limits: { fileMs: 3000, memoryMegabytes: 64, lanes: 1 },
    });
    expect(result.failures.map(({ path: name, code }) => [name, code])).toEqual([
      ['breaks.js', 'output-broken'],
      ['eats.js', 'lane-died'],
      ['exits.js', 'lane-died'],
      ['loops.js', 'time-limit'],
      ['never.js', 'time-limit'],
      ['number.js', 'threw'],
      ['throws.js', 'threw'],
    ]);
    expect(result.failures.find(({ path: name }) => name === 'eats.js')?.message).toBe('it ran out of memory');
    expect(result.changed.map((file) => file.path)).toEqual(['a.js', 'm.js', 'z.js']);
    for (const name of bad) expect(await read(root, `${name}.js`)).toBe(plain);
  });

  it.each([
    ['write into the repository', `(await import('node:fs')).writeFileSync('a.js', 'x')`],
    ['write outside', `(await import('node:fs')).writeFileSync('/tmp/codex-orch-escaped', 'x')`],
    ['remove a file', `await (await import('node:fs/promises')).rm('a.js')`],
    ['read outside', `(await import('node:fs')).readFileSync('/etc/hostname')`],
    ['start a program', `(await import('node:child_process')).execFileSync('true')`],
    ['start a worker', `new (await import('node:worker_threads')).Worker('1', { eval: true })`],
    ['open a connection', `(await import('node:net')).connect(1, '127.0.0.1')`],
    ['listen', `(await import('node:net')).createServer().listen(0)`],
    ['ask a name server', `await (await import('node:dns/promises')).lookup('localhost')`],
    ['use what is below Node', `process.binding('tcp_wrap')`],
  ])('cannot %s', async (_what, code) => {
    const root = await repository({ 'a.js': plain });
    const result = await applyAssets({ root, assets: [await asset(tries(code))] });
    expect(result.failures).toMatchObject([{ path: 'a.js', code: 'threw', message: /refused: ERR_ACCESS_DENIED/ }]);
    expect(await read(root, 'a.js')).toBe(plain);
  });

  it('cannot fetch, and sees nothing of the environment', async () => {
    const root = await repository({ 'a.js': plain });
    const fetches = await asset(`export default async () => { await fetch('http://127.0.0.1:1/'); };`);
    process.env['A_SECRET'] = 'x';
    const looks = await asset(
      `export default () => 'seen(' + JSON.stringify(Object.keys(process.env).sort()) + ');\\n';`,
    );
    const fetched = await applyAssets({ root, assets: [fetches] });
    expect(fetched.failures).toMatchObject([{ code: 'threw', message: /fetch failed/ }]);
    await applyAssets({ root, assets: [looks] });
    delete process.env['A_SECRET'];
    expect(await read(root, 'a.js')).toBe('seen(["CODEX_ORCH_STARTED_BY","LANG","NODE_NO_WARNINGS"]);\n');
  });
});
