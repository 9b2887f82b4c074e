import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runChecked } from '@codex-orch/core';
import { expect, it } from 'vitest';
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
  const start = await history.save();

  await put('lib/a.js', 'one;\ntwo;\nthree;\n');
  await put('new/deep/file', 'x');
  await rm(path.join(tree, 'lib/kept.log'));
  await rm(path.join(tree, 'link'));
  await chmod(path.join(tree, 'program'), 0o644);
  const after = await history.save();
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
  const start = await history.save();
  await put(name, 'one\nTWO\nthree\nand a half\nfour\n');
  const changes = await history.changes(start, await history.save());
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
  expect((await history.contents([before, before])).map(String)).toEqual([old, old]);
});

it('neither keeps nor removes what is installed', async () => {
  const { tree, history, put } = await open();
  await put('a.js', '');
  await put('node_modules/dependency/index.js', 'x');
  const start = await history.save();
  await put('node_modules/dependency/index.js', 'y');
  expect(await history.save()).toBe(start);
  await history.restore(start);
  expect(await readFile(path.join(tree, 'node_modules/dependency/index.js'), 'utf8')).toBe('y');
});

it('notices a change that keeps size and time, and one right after another', async () => {
  const { tree, history, put } = await open();
  await put('a.js', 'one');
  const start = await history.save();
  const { atime, mtime } = await stat(path.join(tree, 'a.js'));
  await put('a.js', 'two');
  await utimes(path.join(tree, 'a.js'), atime, mtime);
  const second = await history.save();
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
  const start = await history.save();
  await put('a.js', 'ONE\n');
  await put('b.js', 'TWO\n');
  const patch = await history.patch(start, await history.save());
  await history.restore(start);

  const planted = `${patch.toString()}diff --git a/node_modules/x/y.js b/node_modules/x/y.js
new file mode 100644
--- /dev/null
+++ b/node_modules/x/y.js
@@ -0,0 +1 @@
+planted
`;
  expect(await history.apply(Buffer.from(planted))).toBe(true);
  const worked = await history.save();
  expect((await history.changes(start, worked)).map(({ path: file }) => file)).toEqual(['a.js', 'b.js']);
  await expect(stat(path.join(tree, 'node_modules'))).rejects.toThrow('ENOENT');
  expect(await history.apply(patch)).toBe(false);
  expect(await history.save()).toBe(worked);

  await history.putBack(start, ['b.js']);
  expect(await history.files(start)).toEqual(['a.js', 'b.js']);
  expect(await Promise.all(['a.js', 'b.js'].map((file) => readFile(path.join(tree, file), 'utf8')))).toEqual([
    'ONE\n',
    'two\n',
  ]);
});

it('restores a state where a repository was left among the files', async () => {
  const { tree, history, put } = await open();
  await put('lib/a.js', 'one;\n');
  await mkdir(path.join(tree, 'empty'));
  const start = await history.save();
  await put('tmp/repo/file', 'x');
  const cwd = path.join(tree, 'tmp/repo');
  await runChecked('git', ['init', '--quiet', '.'], { cwd, env: { PATH: process.env['PATH'] ?? '' } });

  await history.restore(start);
  expect((await readdir(tree, { recursive: true })).sort()).toEqual(['empty', 'lib', 'lib/a.js', 'tmp']);
  expect(await history.save()).toBe(start);
});

it('writes all files anew, and keeps no time, no mode, no empty folder and no repository that was left among them', async () => {
  const { tree, history, put } = await open();
  await put('lib/a.js', 'one;\n');
  await put('node_modules/one/index.js', 'installed\n');
  const start = await history.save();
  const { mode } = await stat(path.join(tree, 'lib'));

  await put('sub/file', 'x');
  await runChecked('git', ['init', '--quiet', '.'], {
    cwd: path.join(tree, 'sub'),
    env: { PATH: process.env['PATH'] ?? '' },
  });
  await mkdir(path.join(tree, 'lib/empty'));
  await utimes(path.join(tree, 'lib/a.js'), 1, 1);
  await chmod(path.join(tree, 'lib'), 0o700);
  // A file beside a repository of its own is one like others.
  expect((await history.changes(start, await history.save())).map((file) => file.path)).toEqual(['sub/file']);

  await history.rebuild(start, ['node_modules']);
  expect((await readdir(tree, { recursive: true })).sort()).toEqual([
    'lib',
    'lib/a.js',
    'node_modules',
    'node_modules/one',
    'node_modules/one/index.js',
  ]);
  expect((await stat(path.join(tree, 'lib/a.js'))).mtimeMs).toBeGreaterThan(1000);
  expect((await stat(path.join(tree, 'lib'))).mode).toBe(mode);
  expect(await history.save()).toBe(start);
});
