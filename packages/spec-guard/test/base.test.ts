import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { detectBase } from '../src/git/index.js';
import { loadCheckInput, type LoadOptions } from '../src/load/index.js';
import { commitAll, repositoryWith, userGit, writeFiles } from './git-fixture.js';
import { temporaryFolder } from './temporary-folder.js';

const at = Date.parse('2026-11-22T12:00:00Z');

async function pathsOf(root: string, options: Partial<LoadOptions>): Promise<string[]> {
  const { changes = [] } = await loadCheckInput({ root, at, ...options });
  return changes.map(({ path }) => path).sort();
}

/** `main` has gone on since `topic` forked from it, and `topic` is checked out. */
async function forked(): Promise<{ root: string; fork: string }> {
  const root = await repositoryWith({ 'a.ts': 'a\n', 'tasks/guard.json': '{"fork":1}\n', 'tasks/index.json': '{}\n' });
  const fork = userGit(root, 'rev-parse', 'HEAD').trim();
  userGit(root, 'checkout', '-q', '-b', 'topic');
  writeFiles(root, { 'topic.ts': 't\n' });
  commitAll(root, 'topic work\n\nSpec-Override: SG001 because');
  userGit(root, 'checkout', '-q', 'main');
  writeFiles(root, { 'main.ts': 'm\n', 'tasks/guard.json': '{"tip":1}\n', 'tasks/index.json': '{"tip":1}\n' });
  commitAll(root, 'main work');
  userGit(root, 'checkout', '-q', 'topic');
  return { root, fork };
}

it('compares with where the branch forked from a base that has moved on', async () => {
  const { root, fork } = await forked();
  const input = await loadCheckInput({ root, at, base: 'main' });
  expect(input.changes?.map(({ path }) => path)).toEqual(['topic.ts']);
  expect(input.baseRevision).toBe(fork);
  expect(input.headRevision).toBe(userGit(root, 'rev-parse', 'topic').trim());
  expect(input.commits).toEqual([
    {
      id: input.headRevision,
      author: { name: 'A U Thor', email: 'author@example.com' },
      at: 1_700_000_000_000,
      message: 'topic work\n\nSpec-Override: SG001 because\n',
      changedSpecs: [],
    },
  ]);
});

it('takes the policy of the tip of the base, so that an old fork does not bring an old policy, and the index of the fork', async () => {
  const { root } = await forked();
  const { base } = await loadCheckInput({ root, at, base: 'main' });
  expect(base.policy?.text).toBe('{"tip":1}\n');
  expect(base.index?.text).toBe('{}\n');
});

it('goes by the policy of the base, not by what a change made of it', async () => {
  const root = await repositoryWith({ 'tasks/guard.json': '{"strict":1}\n', 'tasks/allowed_signers': 'ada\n' });
  writeFiles(root, { 'tasks/guard.json': '{"loose":1}\n', 'tasks/allowed_signers': 'mallory\n' });
  userGit(root, 'add', '-A');
  const sides = async (options: Partial<LoadOptions>) => {
    const { base, head } = await loadCheckInput({ root, at, ...options });
    return [base, head].map(({ policy, allowedSigners }) => [policy?.text, allowedSigners?.text]);
  };
  const expected = [
    ['{"strict":1}\n', 'ada\n'],
    ['{"loose":1}\n', 'mallory\n'],
  ];
  expect(await sides({})).toEqual(expected);
  expect(await sides({ staged: true })).toEqual(expected);
  commitAll(root);
  expect(await sides({ base: 'HEAD~1' })).toEqual(expected);
});

it('checks everything as the work tree has it, where no change is checked', async () => {
  const root = await repositoryWith({ 'tasks/guard.json': '{"old":1}\n', 'tasks/specs/a.md': 'a' });
  writeFiles(root, { 'tasks/guard.json': '{"new":1}\n', 'tasks/specs/b.md': 'b' });
  const input = await loadCheckInput({ root, at, all: true });
  expect(input.changes).toBeUndefined();
  expect([input.base.policy?.text, input.head.policy?.text]).toEqual(['{"new":1}\n', '{"new":1}\n']);
  expect(input.specs.map(({ path }) => path)).toEqual(['tasks/specs/a.md', 'tasks/specs/b.md']);
});

it('says to deepen a shallow clone that lacks the merge base', async () => {
  const { root } = await forked();
  const clone = path.join(await temporaryFolder(), 'clone');
  userGit(root, 'clone', '-q', '--depth=1', '--no-single-branch', `file://${root}`, clone);
  await expect(loadCheckInput({ root: clone, at, base: 'origin/main' })).rejects.toMatchObject({
    code: 'merge-base-missing',
    hint: expect.stringMatching(/git fetch --deepen.*fetch-depth: 0/) as string,
  });
  userGit(clone, 'fetch', '-q', '--deepen=1');
  expect(await pathsOf(clone, { base: 'origin/main' })).toEqual(['topic.ts']);
});

it('says to fetch more where a shallow clone does not know the base at all', async () => {
  const { root } = await forked();
  const clone = path.join(await temporaryFolder(), 'clone');
  userGit(root, 'clone', '-q', '--depth=1', `file://${root}`, clone);
  const base = detectBase({ GITHUB_BASE_REF: 'main' });
  await expect(
    loadCheckInput({ root: clone, at, base: base?.revision ?? '', baseFrom: base?.from }),
  ).rejects.toMatchObject({
    code: 'unknown-revision',
    message: expect.stringContaining('from GITHUB_BASE_REF') as string,
    hint: expect.stringContaining('fetch-depth: 0') as string,
  });
});

it('refuses histories without a common ancestor', async () => {
  const { root } = await forked();
  userGit(root, 'checkout', '-q', '--orphan', 'other');
  commitAll(root);
  await expect(loadCheckInput({ root, at, base: 'main' })).rejects.toMatchObject({ code: 'unrelated-histories' });
});

it.each(['--output=x', '-p', '', 'main\nHEAD', 'main\0'])(
  'refuses the revision %j before git sees it',
  async (base) => {
    const { root } = await forked();
    await expect(loadCheckInput({ root, at, base })).rejects.toMatchObject({ code: 'bad-revision' });
  },
);

it.each(['nowhere', 'main..topic', '^main', 'HEAD:a.ts', 'f'.repeat(40)])('knows no revision %j', async (base) => {
  const { root } = await forked();
  await expect(loadCheckInput({ root, at, base })).rejects.toMatchObject({ code: 'unknown-revision' });
});

it('compares the first commit with the empty tree, before and after it is made', async () => {
  const root = path.join(await temporaryFolder(), 'new');
  writeFiles(root, { 'a.ts': 'a\n', 'tasks/specs/a.md': 'a', 'tasks/guard.json': '{}' });
  userGit(root, 'init', '-q');
  const all = ['a.ts', 'tasks/guard.json', 'tasks/specs/a.md'];
  expect(await pathsOf(root, {})).toEqual(all);
  expect(await pathsOf(root, { staged: true })).toEqual([]);
  userGit(root, 'add', '-A');
  expect(await pathsOf(root, { staged: true })).toEqual(all);
  const { base, head, specs, baseRevision } = await loadCheckInput({ root, at, staged: true });
  expect([base.policy, head.policy?.text, specs.length, baseRevision]).toEqual([undefined, '{}', 1, undefined]);
  commitAll(root);
  expect(await pathsOf(root, { base: '0'.repeat(40) })).toEqual(all);
});

it('works in a repository with SHA-256 ids', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n', 'tasks/specs/a.md': 'a' }, '--object-format=sha256');
  writeFiles(root, { 'a.ts': 'b\n' });
  commitAll(root);
  expect(await pathsOf(root, { base: 'HEAD~1' })).toEqual(['a.ts']);
});

it('works in a linked work tree and from a folder below the root', async () => {
  const { root } = await forked();
  const linked = path.join(await temporaryFolder(), 'linked');
  userGit(root, 'worktree', 'add', '-q', linked, 'main');
  writeFiles(linked, { 'src/x.ts': 'x\n' });
  expect(await pathsOf(path.join(linked, 'src'), {})).toEqual(['src/x.ts']);
});

it('looks at the index that git commits from, and at none elsewhere', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  writeFiles(root, { 'a.ts': 'b\n' });
  const indexFile = path.join(root, '.git/next-index');
  userGit(root, 'update-index', '-q', '--refresh', '--unmerged');
  userGit(root, 'read-tree', `--index-output=${indexFile}`, 'HEAD');
  userGit(root, 'rm', '-q', '--cached', 'a.ts');
  expect(await pathsOf(root, { staged: true })).toEqual(['a.ts']);
  expect(await pathsOf(root, { staged: true, indexFile: '.git/next-index' })).toEqual([]);
  await expect(loadCheckInput({ root, at, staged: true, indexFile: '/tmp/index' })).rejects.toMatchObject({
    code: 'index-file-refused',
  });
});

it('tells which specs each commit changed in content, and leaves out reviews that only moved a date', async () => {
  const spec = (date: string, text: string) => `---\nid: '1'\nlast_review: ${date}\n---\n${text}\n`;
  const root = await repositoryWith({ 'tasks/specs/1.md': spec('2026-01-01', 'one'), 'tasks/specs/2.md': 'two\n' });
  writeFiles(root, { 'tasks/specs/1.md': spec('2026-01-01', 'changed') });
  commitAll(root, 'content');
  writeFiles(root, { 'tasks/specs/1.md': spec('2026-02-02', 'changed'), 'tasks/specs/3.md': 'new\n' });
  commitAll(root, 'date');
  const { commits } = await loadCheckInput({ root, at, base: 'HEAD~2' });
  expect(commits.map(({ message, changedSpecs }) => [message.trim(), changedSpecs])).toEqual([
    ['date', ['tasks/specs/3.md']],
    ['content', ['tasks/specs/1.md']],
  ]);
});

it('says that a folder is no repository, that a repository is bare, and that git is missing', async () => {
  const folder = await temporaryFolder();
  await expect(loadCheckInput({ root: folder, at })).rejects.toMatchObject({ code: 'not-a-repository' });
  userGit(folder, 'init', '-q', '--bare', 'bare');
  await expect(loadCheckInput({ root: path.join(folder, 'bare'), at })).rejects.toMatchObject({
    code: 'bare-repository',
  });
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  const before = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    await expect(loadCheckInput({ root, at })).rejects.toMatchObject({ code: 'git-missing' });
  } finally {
    process.env['PATH'] = before;
  }
});

it('says that objects are missing instead of taking a spec for absent', async () => {
  const root = await repositoryWith({ 'tasks/specs/1.md': 'text\n' });
  const id = userGit(root, 'rev-parse', 'HEAD:tasks/specs/1.md').trim();
  rmSync(path.join(root, '.git/objects', id.slice(0, 2), id.slice(2)));
  await expect(loadCheckInput({ root, at, base: 'HEAD' })).rejects.toMatchObject({ code: 'objects-missing' });
});

it('stops when it is aborted', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  const reason = new Error('enough');
  await expect(loadCheckInput({ root, at, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

it('takes the base that a CI system names, and says which variable named it', () => {
  expect(detectBase({})).toBeUndefined();
  expect(detectBase({ GITHUB_BASE_REF: '' })).toBeUndefined();
  expect(detectBase({ GITHUB_BASE_REF: 'main' })).toEqual({
    revision: 'refs/remotes/origin/main',
    from: 'GITHUB_BASE_REF',
  });
  expect(detectBase({ SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/main' })).toEqual({
    revision: 'refs/remotes/origin/main',
    from: 'SYSTEM_PULLREQUEST_TARGETBRANCH',
  });
  expect(detectBase({ NX_BASE: 'HEAD~1', GITHUB_BASE_REF: '' })).toEqual({ revision: 'HEAD~1', from: 'NX_BASE' });
  expect(detectBase({ CI_MERGE_REQUEST_DIFF_BASE_SHA: 'abc', CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' })).toEqual({
    revision: 'abc',
    from: 'CI_MERGE_REQUEST_DIFF_BASE_SHA',
  });
});
