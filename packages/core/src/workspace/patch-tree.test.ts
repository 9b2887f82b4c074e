import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeRepository } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { createWorkspace, openRepository, type Workspace } from './index.js';

async function makeWorkspace(): Promise<{ workspace: Workspace; patch: (text: string) => string }> {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'repo');
  const commit = makeRepository(root, { 'a.txt': 'one\n' });
  const repository = await openRepository(root);
  const workspace = await createWorkspace({ repository, commit, dir: path.join(folder, 'workspace') });
  const patch = (text: string): string => {
    const file = path.join(folder, 'given.patch');
    writeFileSync(file, text);
    return file;
  };
  return { workspace, patch };
}

const change = (from: string, to: string, file = 'a.txt'): string =>
  `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-${from}\n+${to}\n`;

it('makes a tree of a diff and leaves the files alone until that is restored', async () => {
  const { workspace, patch } = await makeWorkspace();
  const file = path.join(workspace.tree, 'a.txt');
  const { tree } = await workspace.patch(patch(change('one', 'two')));
  expect(readFileSync(file, 'utf8')).toBe('one\n');
  const after = await workspace.patch(patch(change('two', 'three')), { onto: tree });
  await workspace.restore(after.tree);
  expect(readFileSync(file, 'utf8')).toBe('three\n');
  expect(await workspace.snapshot()).toEqual(after);
});

it.each([
  ['does not fit', change('nine', 'ten'), 'diff-does-not-apply'],
  ['is no diff', 'hello\n', 'diff-does-not-apply'],
  ['leaves the tree', change('one', 'two', '../a.txt'), 'diff-does-not-apply'],
  [
    'writes into git',
    'diff --git a/.git/config b/.git/config\nnew file mode 100644\n--- /dev/null\n+++ b/.git/config\n@@ -0,0 +1 @@\n+x\n',
    'unsafe-patch',
  ],
  [
    'makes a link that leads out',
    'diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n\\ No newline at end of file\n',
    'unsafe-patch',
  ],
])('refuses a diff that %s', async (_name, text, code) => {
  const { workspace, patch } = await makeWorkspace();
  await expect(workspace.patch(patch(text))).rejects.toMatchObject({ code });
  expect(await workspace.snapshot()).toEqual({ tree: workspace.baseTree });
});
