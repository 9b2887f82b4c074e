import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeRepository, userGit } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { applyDiff, openRepository } from './index.js';

const commit = '1'.repeat(40);
const none = '0'.repeat(40);

const addition = (name: string, mode: string, text: string): string =>
  `diff --git a/${name} b/${name}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+${text}\n\\ No newline at end of file\n`;

interface Case {
  readonly patch: string;
  readonly says: RegExp;
  readonly prepare?: (root: string) => void;
  readonly baseCommit?: string;
}

const withSubmodule = (root: string): void => {
  userGit(root, 'update-index', '--add', '--cacheinfo', `160000,${commit},sub`);
  userGit(root, 'commit', '-q', '-m', 'sub');
};

it.each([
  [
    'makes a link out of the checkout, on a commit that nobody knows',
    { patch: addition('sub/link', '120000', '../../outside'), baseCommit: commit, says: /symbolic link/ },
  ],
  [
    'takes a submodule away',
    {
      patch: `diff --git a/sub b/sub\ndeleted file mode 160000\nindex ${commit}..${none}\n--- a/sub\n+++ /dev/null\n@@ -1 +0,0 @@\n-Subproject commit ${commit}\n`,
      prepare: withSubmodule,
      says: /changes a submodule/,
    },
  ],
  ['adds a file whose name is not UTF-8', { patch: addition('caf\u00e9', '100644', 'x'), says: /not UTF-8/ }],
])('refuses a patch that %s', async (_what, { patch, says, prepare, baseCommit }: Case) => {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'repo');
  makeRepository(root, { file: '1\n' });
  prepare?.(root);
  const diffPath = path.join(folder, 'diff.patch');
  const bytes = Buffer.from(patch, 'latin1');
  writeFileSync(diffPath, bytes);
  const before = userGit(root, 'status', '--porcelain', '--ignore-submodules');
  const apply = applyDiff({
    repository: await openRepository(root),
    diffPath,
    expectedSha256: createHash('sha256').update(bytes).digest('hex'),
    baseCommit: baseCommit ?? userGit(root, 'rev-parse', 'HEAD').trim(),
  });
  await expect(apply).rejects.toMatchObject({ code: 'unsafe-patch', message: says });
  expect(userGit(root, 'status', '--porcelain', '--ignore-submodules')).toBe(before);
});
