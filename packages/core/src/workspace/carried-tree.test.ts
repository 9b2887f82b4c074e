import { readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { createWorkspace, openRepository, type Workspace } from './index.js';

vi.setConfig({ testTimeout: 60_000 });

/** Two workspaces on the same commit, in two clones. */
async function twoMachines(): Promise<{ folder: string; here: Workspace; there: Workspace; file: string }> {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'repo');
  const commit = makeRepository(root, { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  userGit(folder, 'clone', '--quiet', root, 'clone');
  const open = async (name: string): Promise<Workspace> =>
    createWorkspace({
      repository: await openRepository(path.join(folder, name)),
      commit,
      dir: path.join(folder, `work-${name}`),
    });
  return { folder, here: await open('repo'), there: await open('clone'), file: path.join(folder, 'carried') };
}

it('brings a tree to another clone, in a file that depends on the tree and the base alone', async () => {
  const { folder, here, there, file } = await twoMachines();
  writeFiles(here.tree, { 'a.txt': 'changed\n', 'new/c.bin': 'c\n' });
  const { tree } = await here.snapshot();
  await here.carry(tree, file);
  await there.receive(tree, file);
  await there.restore(tree);
  expect(readFileSync(path.join(there.tree, 'new/c.bin'), 'utf8')).toBe('c\n');
  expect(await there.snapshot()).toEqual({ tree });
  await there.carry(tree, path.join(folder, 'again'));
  expect(readFileSync(path.join(folder, 'again')).equals(readFileSync(file))).toBe(true);
});

it('carries the base itself too', async () => {
  const { here, there, file } = await twoMachines();
  await here.carry(here.baseTree, file);
  await there.receive(here.baseTree, file);
});

it('refuses a file that was cut off, that is none, or that has another tree', async () => {
  const { folder, here, there, file } = await twoMachines();
  writeFiles(here.tree, { 'a.txt': 'changed\n' });
  const { tree } = await here.snapshot();
  await here.carry(tree, file);
  await expect(there.receive('0'.repeat(40), file)).rejects.toMatchObject({ code: 'unknown-object' });
  const cut = path.join(folder, 'cut');
  writeFileSync(cut, readFileSync(file));
  truncateSync(cut, readFileSync(file).length - 30);
  const fresh = (await twoMachines()).there;
  await expect(fresh.receive(tree, cut)).rejects.toMatchObject({ code: 'git-failed' });
  writeFileSync(cut, 'nothing');
  await expect(fresh.receive(tree, cut)).rejects.toMatchObject({ code: 'git-failed' });
});

it('refuses a tree with a link that leads out of it', async () => {
  const { here, there, file } = await twoMachines();
  symlinkSync('/etc/passwd', path.join(here.tree, 'link'));
  userGit(here.tree, 'add', '--all');
  const tree = userGit(here.tree, 'write-tree').trim();
  await here.carry(tree, file);
  await expect(there.receive(tree, file)).rejects.toMatchObject({ code: 'unsafe-symlink', paths: ['link'] });
});

it('writes a commit with its base as the only prerequisite', async () => {
  const { folder, here, file } = await twoMachines();
  writeFiles(here.tree, { 'a.txt': 'changed\n' });
  const { tree } = await here.snapshot();
  const author = { name: 'A', email: 'a@example.org' };
  const commit = await here.commit({ tree, message: 'm', author, at: 0 });
  await here.bundle(commit, file);
  const clone = path.join(folder, 'clone');
  userGit(clone, 'fetch', '--quiet', file, 'refs/heads/codex-orch');
  expect(userGit(clone, 'rev-parse', 'FETCH_HEAD', 'FETCH_HEAD^').trim().split('\n')).toEqual([
    commit,
    here.baseCommit,
  ]);
});
