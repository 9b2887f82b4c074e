import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { makeRepository, userGit } from '../../test/git-fixture.js';
import { gitCommand } from './git.js';
import { findCommit, probeRepository } from './probe-repository.js';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'codex-orch-test-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

it.each(['plain', 'with\na line end'])('finds a repository from a folder in it, and its HEAD: %j', async (name) => {
  const root = path.join(folder, name);
  const head = makeRepository(root, { 'src/a.txt': 'a' });
  expect(await probeRepository(path.join(root, 'src'))).toEqual({
    root,
    gitDir: path.join(root, '.git'),
    commonDir: path.join(root, '.git'),
    indexFile: path.join(root, '.git/index'),
    objectFormat: 'sha1',
    head,
    isShallow: false,
  });
});

it('finds one without a commit', async () => {
  userGit(folder, 'init', '-q');
  expect(await probeRepository(folder)).toMatchObject({ root: folder, head: undefined });
});

it('knows the git directory of a linked work tree from the one that all share', async () => {
  const root = path.join(folder, 'main');
  makeRepository(root, { a: 'a' });
  userGit(root, 'worktree', 'add', '-q', '--detach', '../linked');
  expect(await probeRepository(path.join(folder, 'linked'))).toMatchObject({
    root: path.join(folder, 'linked'),
    gitDir: path.join(root, '.git/worktrees/linked'),
    commonDir: path.join(root, '.git'),
  });
});

it('takes nothing for a repository that is none, is bare, or is a git directory', async () => {
  await expect(probeRepository(folder)).rejects.toMatchObject({ code: 'not-a-repository' });
  await mkdir(path.join(folder, 'bare'));
  userGit(path.join(folder, 'bare'), 'init', '-q', '--bare');
  await expect(probeRepository(path.join(folder, 'bare'))).rejects.toMatchObject({ code: 'bare-repository' });
  makeRepository(path.join(folder, 'main'), { a: 'a' });
  await expect(probeRepository(path.join(folder, 'main/.git'))).rejects.toMatchObject({ code: 'not-a-repository' });
});

it('finds the one commit that a revision names', async () => {
  const head = makeRepository(folder, { a: 'a' });
  const find = (revision: string) => findCommit(revision, { cwd: folder, withUserConfig: true });
  expect(await Promise.all(['HEAD', head.slice(0, 9), 'nowhere', '^HEAD', 'HEAD..HEAD'].map(find))).toEqual([
    head,
    head,
    undefined,
    undefined,
    undefined,
  ]);
});

it('leaves a hardened setting as it is only where it is named', () => {
  const { args } = gitCommand(['config'], { cwd: folder, withUserConfig: true, spare: ['core.hooksPath'] });
  expect(args).not.toContain('core.hooksPath=/dev/null');
  expect(args).toContain('core.fsmonitor=false');
  expect(gitCommand(['config'], { cwd: folder }).args).toContain('core.hooksPath=/dev/null');
});
