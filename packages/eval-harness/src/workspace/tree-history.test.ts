import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runChecked } from '@codex-orch/core';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { hashTree } from '../target/hash-tree.js';
import { TreeHistory } from './tree-history.js';

const open = async (): Promise<{
  tree: string;
  history: TreeHistory;
  put: (file: string, text: string) => Promise<void>;
}> => {
  const folder = await temporaryFolder();
  const tree = path.join(folder, 'tree');
  await mkdir(tree);
  const history = await TreeHistory.start(tree, path.join(folder, 'git'), ['node_modules']);
  const put = async (file: string, text: string): Promise<void> => {
    await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
    await writeFile(path.join(tree, file), text);
  };
  return { tree, history, put };
};

it('restores every byte, whatever the files themselves say about line ends, filters and what to ignore', async () => {
  const { tree, history, put } = await open();
  await put('.gitattributes', '* text=auto eol=lf\n*.js ident\n*.js -diff\n');
  await put('.gitignore', '*.log\n');
  await put('lib/a.js', 'one;\r\ntwo; // $Id$\r\n');
  await put('lib/kept.log', 'ignored by them, not by us\n');
  await put('program', '#!/bin/sh\n');
  await chmod(path.join(tree, 'program'), 0o755);
  await symlink('lib/a.js', path.join(tree, 'link'));
  const before = await hashTree(tree);
  const start = history.save();

  await put('lib/a.js', 'one;\ntwo;\nthree;\n');
  await put('new/deep/file', 'x');
  await rm(path.join(tree, 'lib/kept.log'));
  await rm(path.join(tree, 'link'));
  await chmod(path.join(tree, 'program'), 0o644);
  const after = history.save();
  expect(after).not.toBe(start);
  await history.reverse(start, after);
  expect(await hashTree(tree)).toBe(before);
  await history.restore(after);
  expect(await readFile(path.join(tree, 'lib/a.js'), 'utf8')).toBe('one;\ntwo;\nthree;\n');
  await history.restore(start);
  expect(await hashTree(tree)).toBe(before);
});

it('tells the old lines that a change touches, in files of any name', async () => {
  const { history, put } = await open();
  const name = 'lib/a "quoted"\tname.js';
  await put(name, 'one\ntwo\nthree\nfour\n');
  const start = history.save();
  await put(name, 'one\nTWO\nthree\nand a half\nfour\n');
  const changes = await history.changes(start, history.save());
  expect(changes).toEqual([
    {
      path: name,
      before: expect.any(String) as string,
      added: 2,
      removed: 1,
      touched: [2, 3],
      hunks: [
        { oldStart: 2, oldLength: 1, newStart: 2, newLength: 1 },
        { oldStart: 3, oldLength: 0, newStart: 4, newLength: 1 },
      ],
    },
  ]);
  const [{ before = '' } = {}] = changes;
  const old = 'one\ntwo\nthree\nfour\n';
  expect(history.contents([before, before]).map(String)).toEqual([old, old]);
});

it('neither keeps nor removes what is installed', async () => {
  const { tree, history, put } = await open();
  await put('a.js', '');
  await put('node_modules/dependency/index.js', 'x');
  const start = history.save();
  await put('node_modules/dependency/index.js', 'y');
  expect(history.save()).toBe(start);
  await history.restore(start);
  expect(await readFile(path.join(tree, 'node_modules/dependency/index.js'), 'utf8')).toBe('y');
});

it('notices a change that keeps size and time, and one right after another', async () => {
  const { tree, history, put } = await open();
  await put('a.js', 'one');
  const start = history.save();
  const { atime, mtime } = await stat(path.join(tree, 'a.js'));
  await put('a.js', 'two');
  await utimes(path.join(tree, 'a.js'), atime, mtime);
  const second = history.save();
  expect(second).not.toBe(start);
  await history.restore(start);
  expect(await readFile(path.join(tree, 'a.js'), 'utf8')).toBe('one');
  await put('a.js', 'six');
  await history.restore(start);
  expect(await readFile(path.join(tree, 'a.js'), 'utf8')).toBe('one');
  expect(await history.changes(start, second)).toMatchObject([{ path: 'a.js', added: 1, removed: 1 }]);
});

it('applies a patch but for what is installed, or not at all, and puts single files back', async () => {
  const { tree, history, put } = await open();
  await put('a.js', 'one\n');
  await put('b.js', 'two\n');
  const start = history.save();
  await put('a.js', 'ONE\n');
  await put('b.js', 'TWO\n');
  const patch = await history.patch(start, history.save());
  await history.restore(start);

  const planted = `${patch.toString()}diff --git a/node_modules/x/y.js b/node_modules/x/y.js
new file mode 100644
--- /dev/null
+++ b/node_modules/x/y.js
@@ -0,0 +1 @@
+planted
`;
  expect(await history.apply(Buffer.from(planted))).toBe(true);
  const worked = history.save();
  expect((await history.changes(start, worked)).map(({ path: file }) => file)).toEqual(['a.js', 'b.js']);
  await expect(stat(path.join(tree, 'node_modules'))).rejects.toThrow('ENOENT');
  expect(await history.apply(patch)).toBe(false);
  expect(history.save()).toBe(worked);

  await history.putBack(start, ['b.js']);
  expect(history.files(start)).toEqual(['a.js', 'b.js']);
  expect(await Promise.all(['a.js', 'b.js'].map((file) => readFile(path.join(tree, file), 'utf8')))).toEqual([
    'ONE\n',
    'two\n',
  ]);
});

it('puts a file back where its folder has become a link, and follows no link', async () => {
  const { tree, history, put } = await open();
  await put('test/a.js', 'theirs\n');
  const start = history.save();
  await put('../elsewhere/a.js', 'not of the tree\n');
  await rm(path.join(tree, 'test'), { recursive: true });
  await symlink('../elsewhere', path.join(tree, 'test'));

  await history.putBack(start, ['test/a.js']);
  expect(await readFile(path.join(tree, 'test/a.js'), 'utf8')).toBe('theirs\n');
  expect(await readFile(path.join(tree, '../elsewhere/a.js'), 'utf8')).toBe('not of the tree\n');
  expect(history.save()).toBe(start);
});

it('tells the lines of a file that became a link, and of those behind it', async () => {
  const { tree, history, put } = await open();
  await put('a.js', 'one\n');
  await put('b.js', 'two\n');
  const start = history.save();
  await rm(path.join(tree, 'a.js'));
  await symlink('b.js', path.join(tree, 'a.js'));
  await put('b.js', 'TWO\n');
  const changes = await history.changes(start, history.save());
  expect(changes.map(({ path: file, added, removed }) => [file, added, removed])).toEqual([
    ['a.js', 0, 1],
    ['a.js', 1, 0],
    ['b.js', 1, 1],
  ]);
});

it('restores a state where a repository was left among the files', async () => {
  const { tree, history, put } = await open();
  await put('lib/a.js', 'one;\n');
  await mkdir(path.join(tree, 'empty'));
  const start = history.save();
  await put('tmp/repo/file', 'x');
  const cwd = path.join(tree, 'tmp/repo');
  await runChecked('git', ['init', '--quiet', '.'], { cwd, env: { PATH: process.env['PATH'] ?? '' } });

  await history.restore(start);
  expect((await readdir(tree, { recursive: true })).sort()).toEqual(['empty', 'lib', 'lib/a.js']);
  expect(history.save()).toBe(start);
});

it.each([
  ['writes all files anew', (history: TreeHistory, start: string) => history.rebuild(start, ['node_modules'])],
  ['tidies a folder up', (history: TreeHistory, start: string) => history.tidy(start, ['node_modules'])],
])('%s, and keeps no time, no mode, no empty folder and no repository that was left in it', async (_, renew) => {
  const { tree, history, put } = await open();
  await put('lib/a.js', 'one;\n');
  await put('node_modules/one/index.js', 'installed\n');
  const start = history.save();
  const { mode } = await stat(path.join(tree, 'lib'));
  history.trust();

  await put('sub/file', 'x');
  await runChecked('git', ['init', '--quiet', '.'], {
    cwd: path.join(tree, 'sub'),
    env: { PATH: process.env['PATH'] ?? '' },
  });
  await mkdir(path.join(tree, 'lib/empty'));
  await utimes(path.join(tree, 'lib/a.js'), 1, 1);
  await chmod(path.join(tree, 'lib'), 0o700);
  // A file beside a repository of its own is one like others.
  expect((await history.changes(start, history.save())).map((file) => file.path)).toEqual(['sub/file']);

  await renew(history, start);
  expect((await readdir(tree, { recursive: true })).sort()).toEqual([
    'lib',
    'lib/a.js',
    'node_modules',
    'node_modules/one',
    'node_modules/one/index.js',
  ]);
  expect((await stat(path.join(tree, 'lib/a.js'))).mtimeMs).toBeGreaterThan(1000);
  expect((await stat(path.join(tree, 'lib'))).mode).toBe(mode);
  expect(history.save()).toBe(start);
});

it('leaves in place what nobody touched, and nothing else, when it tidies up', async () => {
  const { tree, history, put } = await open();
  const files = ['kept/a.js', 'kept/b.js', 'touched/c.js', 'touched/deep/d.js', 'moved/e.js', 'ours.js'];
  for (const file of files) await put(file, `${file}\n`);
  const start = history.save();
  const before = await hashTree(tree);
  const inodes = async (): Promise<number[]> =>
    Promise.all(files.map(async (file) => (await stat(path.join(tree, file))).ino));
  const old = await inodes();
  // Until a clock has gone on, no time tells whether a file was changed.
  await vi.waitFor(async () => {
    await put('clock', '');
    const [now, last] = await Promise.all(['clock', 'ours.js'].map((file) => stat(path.join(tree, file))));
    expect((now?.ctimeMs ?? 0) - (last?.ctimeMs ?? 0)).toBeGreaterThan(100);
  }, 30_000);
  await rm(path.join(tree, 'clock'));
  await put('ours.js', 'applied\n');
  history.trust();

  const { atime, mtime } = await stat(path.join(tree, 'kept/b.js'));
  await put('kept/b.js', 'KEPT/B.JS');
  await utimes(path.join(tree, 'kept/b.js'), atime, mtime);
  await put('touched/word', 'for the next one\n');
  await rm(path.join(tree, 'moved'), { recursive: true });
  await symlink('kept', path.join(tree, 'moved'));
  await mkdir(path.join(tree, 'empty'));

  await history.tidy(start, ['node_modules']);
  expect(await hashTree(tree)).toBe(before);
  expect(await readdir(tree)).not.toContain('empty');
  const same = (await inodes()).map((inode, index) => inode === old[index]);
  expect(same).toEqual([true, expect.any(Boolean), true, true, expect.any(Boolean), expect.any(Boolean)]);
  expect(history.save()).toBe(start);
});
