import path from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, type Files, makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { gitPathOf } from '../workspace/git-path.js';
import { changeIdOf } from './approved-change.js';
import { TreeMerger } from './merge-trees.js';
import { type Batch, type Candidate, planBatch } from './plan-batch.js';

/** A repository, and changes of its files as runs have them. */
async function world(files: Files) {
  const root = path.join(await temporaryFolder(), 'repo');
  makeRepository(root, files);
  const treeOf = (commit: string): string => userGit(root, 'rev-parse', `${commit}^{tree}`).trim();
  const baseTree = treeOf('main');
  const candidate = (runId: string, work: () => void): Candidate => {
    userGit(root, 'checkout', '-q', '--detach', 'main');
    work();
    const commit = commitAll(root, runId);
    const paths = userGit(root, 'diff', '--name-only', '--no-renames', 'main', commit).trim().split('\n');
    const change = { baseTree, tree: treeOf(commit), changeId: runId, paths: paths.map(gitPathOf) };
    return { runId, goal: runId, baseCommit: commit, diffSha256: '', after: [], change };
  };
  const git = { cwd: root, gitDir: path.join(root, '.git') };
  const plan = (queue: readonly Candidate[], waiting: readonly string[] = []): Promise<Batch> =>
    planBatch(queue, baseTree, ({ runId }) => !waiting.includes(runId), new TreeMerger(git));
  return { root, git, baseTree, candidate, plan };
}

const idsOf = (candidates: readonly Candidate[]): string[] => candidates.map(({ runId }) => runId);

it('keeps a run that touches the same file behind one that has to wait', async () => {
  const { root, candidate, plan } = await world({ a: '1\n', b: '1\n' });
  const queue = [
    candidate('waits', () => {
      writeFiles(root, { a: '2\n' });
    }),
    candidate('same', () => {
      writeFiles(root, { a: '3\n', b: '3\n' });
    }),
    candidate('behind', () => {
      writeFiles(root, { b: '4\n' });
    }),
    candidate('other', () => {
      writeFiles(root, { c: '1\n' });
    }),
  ];
  const batch = await plan(queue, ['waits']);
  expect(idsOf(batch.members)).toEqual(['other']);
  expect(idsOf(batch.rest)).toEqual(['waits', 'same', 'behind']);
});

it('calls nothing a conflict with what is not known to be green yet', async () => {
  const { root, candidate, plan } = await world({ 'old/a': 'a\n'.repeat(9), 'old/b': 'b\n'.repeat(9) });
  const queue = [
    candidate('renames', () => {
      userGit(root, 'mv', 'old', 'new');
    }),
    candidate('adds', () => {
      writeFiles(root, { 'old/c': 'c\n' });
    }),
  ];
  const batch = await plan(queue);
  expect(idsOf(batch.members)).toEqual(['renames']);
  expect(idsOf(batch.rest)).toEqual(['adds']);
  expect(batch.conflicted).toBeUndefined();
});

it('knows a change by its white space, and not by where it stands', async () => {
  const text = 'one\ntwo\nthree\n';
  const { root, git, baseTree, candidate } = await world({ a: text });
  const treeWith = (a: string): string =>
    candidate(a, () => {
      writeFiles(root, { a });
    }).change.tree;
  const id = (from: string, to: string): Promise<string> => changeIdOf(from, to, git);
  const added = await id(baseTree, treeWith(`${text}  four\n`));
  for (const other of ['four', '  four ', '\tfour'])
    expect(await id(baseTree, treeWith(`${text}${other}\n`))).not.toBe(added);
  const longer = treeWith(`zero\n${text}`);
  expect(await id(longer, treeWith(`zero\n${text}  four\n`))).toBe(added);
});
