import path from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { openRepository } from '../workspace/index.js';
import { heldRef, publish } from './publish.js';

it('holds nothing for a branch that somebody has moved meanwhile', async () => {
  const root = path.join(await temporaryFolder(), 'repo');
  const base = makeRepository(root, { a: '1\n' });
  userGit(root, 'switch', '-q', '-c', 'work');
  writeFiles(root, { a: '2\n' });
  const tip = commitAll(root);
  userGit(root, 'switch', '-q', 'main');
  const [branch, held] = ['refs/heads/codex-orch/integration/it', heldRef('I')];
  const publication = {
    repository: await openRepository(root),
    from: { cwd: root, gitDir: path.join(root, '.git') },
    baseRef: 'refs/heads/main',
    start: { base, branch: null },
    ...{ branch, held, tip },
  };
  userGit(root, 'update-ref', branch, base);
  expect(await publish(publication)).toBe('branch-moved');
  expect(userGit(root, 'for-each-ref', held)).toBe('');
  userGit(root, 'update-ref', '-d', branch);
  expect(await publish(publication)).toBe('published');
  expect(userGit(root, 'rev-parse', held).trim()).toBe(tip);
  expect(userGit(root, 'for-each-ref', branch)).toBe('');
});
