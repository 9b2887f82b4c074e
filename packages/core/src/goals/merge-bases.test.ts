import path from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, type Files, makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { openRepository } from '../workspace/index.js';
import { mergeBases, type PromotedWork } from './merge-bases.js';

const lines = (second: string): string => `one\n${second}\nthree\n`;

/** A repository, and works on its first commit, or on each other, that it does not have itself. */
async function world() {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'repo');
  const base = makeRepository(root, { a: lines('two'), b: lines('two') });
  const clone = path.join(folder, 'clone');
  userGit(folder, 'clone', '-q', root, clone);
  const work = (id: string, files: Files, on = base): PromotedWork => {
    userGit(clone, 'checkout', '-q', '--detach', on);
    writeFiles(clone, files);
    return { id, commit: commitAll(clone, id), gitDir: path.join(clone, '.git') };
  };
  const gitDir = path.join(folder, 'bases');
  const repository = await openRepository(root);
  const merge = (...works: readonly PromotedWork[]): Promise<string> =>
    mergeBases({ repository, gitDir, base, goal: 'next', works });
  return { gitDir, work, merge };
}

it('puts works together as one commit, which says nothing of when that was done, and keeps each', async () => {
  const { gitDir, work, merge } = await world();
  const [one, two] = [work('one', { a: lines('2') }), work('two', { b: lines('zwei') })];
  const merged = await merge(one, two);
  const show = (...args: string[]): string => userGit(gitDir, '--git-dir', gitDir, ...args).trim();
  expect(show('show', `${merged}:a`)).toBe(lines('2').trim());
  expect(show('show', `${merged}:b`)).toBe(lines('zwei').trim());
  expect(show('show', '--no-patch', '--format=%at %ct %an', merged)).toBe('1700000000 1700000000 codex-orch');
  // Nothing that collects garbage may take them.
  for (const { id, commit } of [one, two]) expect(show('rev-parse', `refs/heads/codex-orch/${id}`)).toBe(commit);
  expect(await merge(one, two)).toBe(merged);
});

it('takes what holds the other already as it is', async () => {
  const { work, merge } = await world();
  const one = work('one', { a: lines('2') });
  const two = work('two', { b: lines('zwei') }, one.commit);
  expect(await merge(two, one)).toBe(two.commit);
});

it('names the two that do not go together, and where', async () => {
  const { work, merge } = await world();
  const [one, two, three] = [
    work('one', { a: lines('2') }),
    work('two', { b: lines('zwei') }),
    work('three', { b: lines('deux') }),
  ];
  await expect(merge(one, two, three)).rejects.toThrow('"next" depends on "two" and "three", which both changed b');
});
