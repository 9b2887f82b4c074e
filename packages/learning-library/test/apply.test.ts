import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  applicationsFolder,
  applyAssets,
  listApplications,
  readApplication,
  rollbackApplication,
  type RunnableAsset,
} from '../src/index.js';
import { temporaryFolder } from './temporary-folder.js';
import { asset, git, put, read, rename, renameEdits, repository } from './world.js';

const prefilter = ['oldName'];

describe('applying a codemod', () => {
  it('changes the files that match, says so, and can be taken back byte by byte', async () => {
    const root = await repository({
      'a.js': "const x = oldName('s');\n",
      'deep/b.ts': 'export const y: number = <number>oldName;\r\nlast()',
      'c.js': 'other();\n',
      'd.md': 'oldName\n',
    });
    await chmod(path.join(root, 'a.js'), 0o775);
    git(root, 'commit', '--quiet', '--all', '--message=mode');
    const result = await applyAssets({ root, assets: [await asset(rename, { prefilter })] });
    expect(result).toMatchObject({ status: 'applied', listed: 3, examined: 2, failures: [], skipped: [] });
    expect(result.changed.map(({ path: name, outcome }) => [name, outcome])).toEqual([
      ['a.js', 'written'],
      ['deep/b.ts', 'written'],
    ]);
    expect(await read(root, 'a.js')).toBe("const x = newName('s');\n");
    expect(await read(root, 'deep/b.ts')).toBe('export const y: number = <number>newName;\r\nlast()');
    expect((await stat(path.join(root, 'a.js'))).mode & 0o777).toBe(0o775);
    expect(git(root, 'status', '--porcelain')).toBe(' M a.js\n M deep/b.ts\n');
    expect((await readdir(root)).sort()).toEqual(['.git', '.runs', 'a.js', 'c.js', 'd.md', 'deep']);

    expect(await readApplication(root, 'latest')).toMatchObject({ id: result.id, state: 'applied' });
    const back = await rollbackApplication({ root, application: result.id! });
    expect(back).toMatchObject({ restored: ['a.js', 'deep/b.ts'], untouched: [], changedSince: [] });
    expect(git(root, 'status', '--porcelain')).toBe('');
    expect(await readApplication(root, 'latest')).toMatchObject({ state: 'rolled-back' });
  });

  it('leaves a patch that git itself can apply', async () => {
    const root = await repository({
      'a b.js': 'oldName();\r\n//\u00e9',
      '"q".js': 'oldName()',
      'ü/x.js': 'oldName();\n',
    });
    const { id = '', patch } = await applyAssets({ root, assets: [await asset(rename)] });
    const reverse = path.join(applicationsFolder(root), id, 'reverse.patch');
    git(root, 'apply', reverse);
    expect(git(root, 'status', '--porcelain')).toBe('');
    execFileSync('git', ['apply', '-'], { cwd: root, input: patch });
    expect(await read(root, 'a b.js')).toBe('newName();\r\n//\u00e9');
  });

  it('writes nothing in a dry run, and shows the patch', async () => {
    const root = await repository({ 'a.js': 'oldName();\n' });
    const result = await applyAssets({ root, assets: [await asset(rename)], dryRun: true });
    expect(result).toMatchObject({ status: 'dry-run', id: undefined, changed: [{ path: 'a.js', outcome: 'planned' }] });
    expect(result.patch.toString()).toContain('-oldName();\n+newName();\n');
    expect(git(root, 'status', '--porcelain')).toBe('');
    expect(await listApplications(root)).toEqual([]);
  });

  it('leaves no trace where nothing is to be changed', async () => {
    const root = await repository({ 'a.js': 'other();\n' });
    expect(await applyAssets({ root, assets: [await asset(rename)] })).toMatchObject({
      status: 'unchanged',
      id: undefined,
    });
    expect(await readdir(root)).toEqual(['.git', 'a.js']);
  });

  it('sends a file through all codemods in their order, whichever engine they use, and tells what they declined', async () => {
    const root = await repository({ 'a.js': 'oldName();\n// oldName declines\n', 'sub/b.js': 'oldName();\n' });
    const again = rename
      .replaceAll('oldName', 'newName ')
      .replaceAll("'newName'", "'newest'")
      .replaceAll('newName ', 'newName');
    const assets = [
      await asset(renameEdits, { id: 'rename-edits', prefilter }),
      await asset(again, { id: 'again', prefilter: ['newName'] }),
    ];
    const result = await applyAssets({ root, assets });
    expect(await read(root, 'a.js')).toBe('newest();\n// oldName declines\n');
    expect(result.changed).toMatchObject([
      { assets: ['rename-edits', 'again'] },
      { assets: ['rename-edits', 'again'] },
    ]);
    expect(result.declined).toMatchObject([{ path: 'a.js', asset: 'rename-edits', reason: 'told-so', line: 2 }]);
    expect((await readApplication(root, 'latest')).declined).toEqual(result.declined);
  });

  it('looks only where it is told to', async () => {
    const root = await repository({ 'a.js': 'oldName();\n', 'sub/b.js': 'oldName();\n', 'sub2/c.js': 'oldName();\n' });
    const result = await applyAssets({ root, paths: ['sub/', 'a.js'], assets: [await asset(rename)] });
    expect(result.changed.map((file) => file.path)).toEqual(['a.js', 'sub/b.js']);
  });

  it('tells what a transform reports and counts', async () => {
    const root = await repository({ 'a.js': 'x', 'b.js': 'x' });
    const told = await asset(`export default (file, api) => { api.report('seen'); api.stats('files', 2); };`);
    const result = await applyAssets({ root, assets: [told] });
    expect(result.reports).toEqual(['a.js', 'b.js'].map((name) => ({ path: name, asset: 'asset', message: 'seen' })));
    expect(result.stats).toEqual({ files: 4 });
  });
});

describe('what is around a change', () => {
  it('keeps the line ends and quotes of each file', async () => {
    const source = "const s = 'a';\r\ncall(oldName, 'b');\r\n";
    const root = await repository({ 'crlf.js': source, 'mixed.js': 'a();\r\noldName();\nb();\r\nc();\n' });
    const adds = rename.replace("path.node.name = 'newName'", "path.replace(j.stringLiteral('new'))");
    await applyAssets({ root, assets: [await asset(adds)] });
    expect(await read(root, 'crlf.js')).toBe("const s = 'a';\r\ncall('new', 'b');\r\n");
    expect(await read(root, 'mixed.js')).toBe('a();\r\n"new"();\nb();\r\nc();\n');
  });

  it('changes no line that the transform leaves alone, also beside a regular expression', async () => {
    const regular = 'function f() {\n  return (g(p).replace(/x/g, 1) &&\n      h)\n}\n';
    const root = await repository({ 'a.ts': `oldName();\n${regular}` });
    await applyAssets({ root, assets: [await asset(rename)] });
    expect(await read(root, 'a.ts')).toBe(`newName();\n${regular}`);
  });

  it('leaves a file that was changed while it was looked at', async () => {
    const root = await repository({ 'a.js': 'oldName();\n', 'b.js': 'oldName();\n' });
    let hasChanged = false;
    const result = await applyAssets({
      root,
      assets: [await asset(rename)],
      onProgress: ({ phase }) => {
        if (phase !== 'writing' || hasChanged) return;
        hasChanged = true;
        writeFileSync(path.join(root, 'a.js'), 'mine();\n');
      },
    });
    expect(result).toMatchObject({
      changed: [
        { path: 'a.js', outcome: 'changed-meanwhile' },
        { path: 'b.js', outcome: 'written' },
      ],
    });
    expect(await read(root, 'a.js')).toBe('mine();\n');
  });

  it('refuses a folder for its record that leads elsewhere', async () => {
    const root = await repository({ 'a.js': 'oldName();\n' });
    await symlink('/tmp', path.join(root, '.runs'));
    await expect(applyAssets({ root, assets: [await asset(rename)] })).rejects.toMatchObject({
      code: 'run-place-unsafe',
    });
    expect(await read(root, 'a.js')).toBe('oldName();\n');
  });
});

describe('several assets', () => {
  const parser = `let last;
const parses = new Map();
export function parse({ path, source }) {
  if (last?.path === path && last.source === source) return last;
  parses.set(path, (parses.get(path) ?? 0) + 1);
  last = { path, source, parses: () => parses.get(path) };
  return last;
}
`;
  const telling = (id: string): string => `import { parse } from './parser.mjs';
export const codemod = {
  id: '${id}',
  prefilter: ['a'],
  transform(file) {
    const message = '${id} ' + parse(file).parses();
    const source = '${id}' === 'second' && file.source.startsWith('a2') ? file.source + 'a' : file.source;
    return { source, changes: source.length - file.source.length, declined: [{ reason: 'told', message, line: 1, column: 1 }] };
  },
};
`;

  it('share one parse of a file until one of them changes it', async () => {
    const folder = await temporaryFolder();
    const assets: RunnableAsset[] = [];
    await put(folder, { 'parser.mjs': parser });
    for (const id of ['first', 'second', 'third']) {
      await put(folder, { [`${id}.mjs`]: telling(id) });
      assets.push({ ...(await asset('', { id })), module: path.join(folder, `${id}.mjs`) });
    }
    const root = await repository(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`${n}.js`, `a${n};\n`])));
    const { declined } = await applyAssets({ root, assets, limits: { lanes: 2 } });
    const told = (name: string) => declined.filter((one) => one.path === name).map(({ message }) => message);
    for (let n = 0; n < 40; n += 1) {
      const last = String(n).startsWith('2') ? 'third 2' : 'third 1';
      expect([n, told(`${n}.js`).sort()]).toEqual([n, ['first 1', 'second 1', last]]);
    }
  });
});

describe('what is known to stay as it is', () => {
  const counting = `export default (file, { stats }) => undefined;`;

  it('is not looked at again until it, or the asset, changes', async () => {
    const root = await repository({ 'a.js': 'x', 'b.js': 'x' });
    const first = await asset(counting);
    const run = async (one = first) => {
      const { examined, cached } = await applyAssets({ root, assets: [one] });
      return { examined, cached };
    };
    expect(await run()).toEqual({ examined: 2, cached: 0 });
    expect(await run()).toEqual({ examined: 0, cached: 2 });
    await writeFile(path.join(root, 'b.js'), 'y');
    expect(await run()).toEqual({ examined: 1, cached: 1 });
    expect(await run(await asset(`${counting}//`))).toEqual({ examined: 2, cached: 0 });
  });

  it('is looked at again where an asset runs with another version of its parser', async () => {
    const root = await repository({ 'a.js': 'x' });
    const one = await asset(`import 'a-parser'; export default () => undefined;`);
    const parser = path.join(path.dirname(one.module), 'node_modules/a-parser');
    const run = async (version: string) => {
      await put(parser, { 'package.json': JSON.stringify({ name: 'a-parser', version }), 'index.js': '' });
      return (await applyAssets({ root, assets: [one] })).examined;
    };
    expect([await run('1.0.0'), await run('1.0.0'), await run('1.0.1')]).toEqual([1, 0, 1]);
  });

  it('includes the output of an asset that is known to be idempotent, and of no other', async () => {
    const root = await repository({ 'a.js': 'oldName();\n' });
    await applyAssets({ root, assets: [await asset(rename, { idempotent: true })] });
    const again = await applyAssets({ root, assets: [await asset(rename, { idempotent: true })] });
    expect(again).toMatchObject({ examined: 0, cached: 1 });
    const other = await repository({ 'a.js': 'oldName();\n' });
    await applyAssets({ root: other, assets: [await asset(rename)] });
    expect(await applyAssets({ root: other, assets: [await asset(rename)] })).toMatchObject({ examined: 1, cached: 0 });
  });

  it('is looked at again where the cache is damaged, or what it knows was declined', async () => {
    const root = await repository({ 'a.js': 'x', 'b.js': '// oldName declines' });
    const one = await asset(renameEdits);
    await applyAssets({ root, assets: [one] });
    expect(await applyAssets({ root, assets: [one] })).toMatchObject({ cached: 1, declined: [{ path: 'b.js' }] });
    const folder = path.join(root, '.git/codex-orch/patterns-cache');
    for (const name of await readdir(folder)) {
      const content = await readFile(path.join(folder, name));
      content[content.length - 1]! ^= 1;
      await writeFile(path.join(folder, name), content);
    }
    expect(await applyAssets({ root, assets: [one] })).toMatchObject({ examined: 2, cached: 0 });
  });
});
