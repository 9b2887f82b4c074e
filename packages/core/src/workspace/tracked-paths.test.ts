import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { openRepository } from './repository.js';
import { trackedFiles, trackedUnder } from './tracked-paths.js';

it('names what is committed or staged under a folder, and nothing else', async () => {
  const root = await temporaryFolder();
  makeRepository(root, { 'a.txt': 'a', '.runs/adhoc/x/events.jsonl': '', '.RUNS/adhoc/y/events.jsonl': '' });
  await mkdir(path.join(root, '.runs/new'), { recursive: true });
  await writeFile(path.join(root, '.runs/new/untracked'), '');
  await writeFile(path.join(root, '.runs/new/staged'), '');
  userGit(root, 'add', '--force', '.runs/new/staged');
  userGit(root, 'rm', '--quiet', '--cached', '.runs/adhoc/x/events.jsonl');
  expect(await trackedUnder(await openRepository(root), '.runs')).toEqual([
    '.RUNS/adhoc/y/events.jsonl',
    '.runs/adhoc/x/events.jsonl',
    '.runs/new/staged',
  ]);
});

it('names nothing where git tracks nothing there, and knows a link that stands for the folder', async () => {
  const root = await temporaryFolder();
  makeRepository(root, { 'a.txt': 'a' });
  expect(await trackedUnder(await openRepository(root), '.runs')).toEqual([]);
  writeFiles(root, { '.runs': 'a file' });
  commitAll(root);
  expect(await trackedUnder(await openRepository(root), '.runs')).toEqual(['.runs']);
});

it('names every file of HEAD by its path from the root, whatever is in the checkout', async () => {
  const root = await temporaryFolder();
  makeRepository(root, { 'a.txt': 'a', 'b/\u00e9 "c".txt': 'c' });
  writeFiles(root, { 'untracked.txt': '' });
  userGit(root, 'rm', '--quiet', 'a.txt');
  expect(await trackedFiles(await openRepository(root))).toEqual(['a.txt', 'b/\u00e9 "c".txt']);
});
