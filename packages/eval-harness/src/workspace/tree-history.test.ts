import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
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
  expect(await history.changes(start, await history.save())).toEqual([
    { path: name, added: 2, removed: 1, touched: [2, 3] },
  ]);
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
