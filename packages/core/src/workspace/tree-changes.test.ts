import path from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, type Files, makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { changedFiles, countedEntries, filesOf } from './tree-changes.js';

const text = 'one\ntwo\nthree\nfour\nfive\nsix\n';

/** What both ways tell of a change from these files to those. */
async function tell(before: Files, after: Files, gone: readonly string[] = []) {
  const root = path.join(await temporaryFolder(), 'repo');
  const from = makeRepository(root, before);
  if (gone.length > 0) userGit(root, 'rm', '--quiet', '--', ...gone);
  writeFiles(root, after);
  const to = commitAll(root);
  const options = { cwd: root, gitDir: path.join(root, '.git') };
  const entries = await countedEntries(from, to, options);
  return { entries, files: filesOf(entries), asked: await changedFiles(from, to, options) };
}

it('tells files without renames from entries as git does', async () => {
  const odd = 'odd\t"name"\nü';
  const more = { 'a/changed': `${text}more\n`, [odd]: 'new', added: text };
  const { files, asked } = await tell({ 'a/changed': text, [odd]: 'old', same: '' }, { ...more, binary: 'a\0b' });
  expect(files).toHaveLength(4);
  expect(files).toEqual(asked);
  const { files: fewer, asked: left } = await tell({ a: text, b: 'x' }, {}, ['a']);
  expect(fewer).toEqual([{ path: 'a', status: 'deleted', added: 0, removed: 6 }]);
  expect(fewer).toEqual(left);
});

it('leaves it to git where a file may have been renamed', async () => {
  const { entries, files, asked } = await tell({ a: text }, { b: `${text}more\n` }, ['a']);
  expect(entries.map(({ path: name, added, removed }) => [name, added, removed])).toEqual([
    ['a', 0, 6],
    ['b', 7, 0],
  ]);
  expect(files).toBeUndefined();
  expect(asked).toEqual([{ path: 'b', status: 'renamed', oldPath: 'a', added: 1, removed: 0 }]);
});
