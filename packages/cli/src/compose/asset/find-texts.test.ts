import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findTexts } from './find-texts.js';

const { signal } = new AbortController();

async function treeOf(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'find-texts-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
  return root;
}

it('finds those of which the tree has a text, wherever it is', async () => {
  const root = await treeOf({ 'a.js': 'new Buffer(1)', 'deep/er/b.ts': "require('lodash')" });
  const wanted = [
    { id: 'buffer', texts: ['Buffer(', 'Buffer ('] },
    { id: 'lodash', texts: ['lodash'] },
    { id: 'absent', texts: ['url.parse'] },
    { id: 'always', texts: [] },
  ];
  const { files, isCut } = await findTexts(root, wanted, signal);
  expect(isCut).toBe(false);
  expect(Object.fromEntries([...files].map(([id, names]) => [id, [...names].sort()]))).toEqual({
    always: ['a.js', 'deep/er/b.ts'],
    buffer: ['a.js'],
    lodash: ['deep/er/b.ts'],
  });
});

it('looks neither through links, nor into what was installed or belongs to git', async () => {
  const outside = await treeOf({ 'secret.js': 'wanted' });
  const root = await treeOf({ 'node_modules/x/a.js': 'wanted', '.git/b.js': 'wanted', 'c.js': '' });
  await symlink(path.join(outside, 'secret.js'), path.join(root, 'link.js'));
  await symlink(outside, path.join(root, 'folder'));
  expect((await findTexts(root, [{ id: 'a', texts: ['wanted'] }], signal)).files.size).toBe(0);
});

it('stops when it is told to', async () => {
  const root = await treeOf({ 'a.js': '' });
  const stopped = AbortSignal.abort(new Error('stop'));
  await expect(findTexts(root, [{ id: 'a', texts: ['x'] }], stopped)).rejects.toThrow('stop');
});
