import path from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { CommitsUnreachableError, deleteOnceReachable } from './index.js';

async function repositoryWithWork() {
  const root = path.join(await temporaryFolder(), 'repo');
  const first = makeRepository(root, { file: '1' });
  userGit(root, 'switch', '-q', '-c', 'work');
  writeFiles(root, { file: '2' });
  const work = commitAll(root);
  userGit(root, 'switch', '-q', 'main');
  let deleted = 0;
  const remove = (commits: readonly string[], except?: string): Promise<void> =>
    deleteOnceReachable({ what: 'It', repository: { gitDir: path.join(root, '.git') }, commits, except }, () => {
      deleted += 1;
      return Promise.resolve();
    });
  return { root, first, work, remove, deleted: () => deleted };
}

it('what others hold too may go', async () => {
  const { first, work, remove, deleted } = await repositoryWithWork();
  await remove([first, work]);
  await remove([first], 'refs/heads/work');
  await remove([]);
  expect(deleted()).toBe(3);
});

it('what only the thing itself holds, or nobody, stays, and is named', async () => {
  const { root, first, work, remove, deleted } = await repositoryWithWork();
  await expect(remove([first, work], 'refs/heads/work')).rejects.toThrow(CommitsUnreachableError);
  await expect(remove(['1'.repeat(40)])).rejects.toMatchObject({ commits: ['1'.repeat(40)] });
  const amended = userGit(root, 'commit-tree', 'HEAD^{tree}', '-m', 'loose').trim();
  await expect(remove([amended])).rejects.toMatchObject({ code: 'commits-unreachable' });
  expect(deleted()).toBe(0);
  userGit(root, 'tag', 'kept', work);
  await remove([work], 'refs/heads/work');
  expect(deleted()).toBe(1);
});
