import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { dirtyPaths, excludeFromGit, openRepository } from './index.js';

vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('openRepository', () => {
  it('finds the repository around a subfolder', async () => {
    const root = await temporaryFolder();
    const commit = makeRepository(root, { 'sub/file': 'x' });
    expect(await openRepository(path.join(root, 'sub'))).toMatchObject({
      root,
      gitDir: path.join(root, '.git'),
      head: { commit, branch: 'main' },
      objectFormat: 'sha1',
    });
  });

  it('finds it in a folder whose name has spaces, quotes, newlines and other letters', async () => {
    const root = path.join(await temporaryFolder(), 'a "b"\nü');
    makeRepository(root, { file: 'x' });
    expect((await openRepository(root)).root).toBe(root);
  });

  it('gives no branch when HEAD is detached, and the whole name of a branch with slashes', async () => {
    const root = await temporaryFolder();
    makeRepository(root, { file: 'x' });
    userGit(root, 'checkout', '-q', '-b', 'feature/one');
    expect((await openRepository(root)).head.branch).toBe('feature/one');
    userGit(root, 'checkout', '-q', '--detach');
    expect((await openRepository(root)).head.branch).toBeNull();
  });

  it('gives the shared git directory of a linked worktree, and its own index and branch', async () => {
    const folder = await temporaryFolder();
    makeRepository(path.join(folder, 'main'), { file: 'x' });
    userGit(path.join(folder, 'main'), 'worktree', 'add', '-q', '-b', 'other', '../linked');
    const repository = await openRepository(path.join(folder, 'linked'));
    expect(repository).toMatchObject({
      root: path.join(folder, 'linked'),
      gitDir: path.join(folder, 'main/.git'),
      head: { branch: 'other' },
    });
    expect(repository.indexFile).toBe(path.join(folder, 'main/.git/worktrees/linked/index'));
  });

  it('knows a SHA-256 repository', async () => {
    const root = await temporaryFolder();
    const commit = makeRepository(root, { file: 'x' }, '--object-format=sha256');
    expect(commit).toHaveLength(64);
    expect(await openRepository(root)).toMatchObject({ objectFormat: 'sha256', head: { commit } });
  });

  it.each([
    ['a folder without a repository', 'not-a-repository', () => undefined],
    ['a repository without commits', 'no-commits', (root: string) => userGit(root, 'init', '-q')],
    ['a bare repository', 'bare-repository', (root: string) => userGit(root, 'init', '-q', '--bare')],
    [
      'a .git file that leads nowhere',
      'not-a-repository',
      (root: string) => {
        writeFileSync(path.join(root, '.git'), 'gitdir: /nowhere');
      },
    ],
    [
      'a .git file that makes no sense',
      'not-a-repository',
      (root: string) => {
        writeFileSync(path.join(root, '.git'), 'nonsense');
      },
    ],
  ])('refuses %s', async (_, code, make) => {
    const root = await temporaryFolder();
    make(root);
    await expect(openRepository(root)).rejects.toMatchObject({ code });
  });

  it('refuses a folder that does not exist, and the inside of a git directory', async () => {
    const root = await temporaryFolder();
    makeRepository(root, { file: 'x' });
    await expect(openRepository(path.join(root, 'missing'))).rejects.toMatchObject({
      code: 'not-a-repository',
      message: /no such folder/,
    });
    await expect(openRepository(path.join(root, '.git'))).rejects.toMatchObject({ code: 'not-a-repository' });
  });

  it('refuses a repository that claims a work tree elsewhere', async () => {
    const folder = await temporaryFolder();
    const root = path.join(folder, 'precious/repo');
    makeRepository(root, { file: 'x' });
    userGit(root, 'config', 'core.worktree', path.join(folder, 'precious'));
    await expect(openRepository(root)).rejects.toMatchObject({
      code: 'not-a-repository',
      message: /does not point back/,
    });
  });

  it.runIf(process.getuid?.() === 0)(
    'refuses a repository of another user, unless the user calls it safe',
    async () => {
      const folder = await temporaryFolder();
      const root = path.join(folder, 'repo');
      makeRepository(root, { file: 'x' });
      chownSync(root, 65534, 65534);
      chownSync(path.join(root, '.git'), 65534, 65534);
      vi.stubEnv('HOME', folder);
      vi.stubEnv('SUDO_UID', undefined);
      vi.stubEnv('GIT_CONFIG_GLOBAL', undefined);
      await expect(openRepository(root)).rejects.toMatchObject({
        code: 'repository-not-owned',
        hint: /safe\.directory/,
      });
      writeFiles(folder, { '.gitconfig': `[safe]\n\tdirectory = ${root}\n` });
      expect((await openRepository(root)).root).toBe(root);
    },
  );

  it('says so when git is missing', async () => {
    const root = await temporaryFolder();
    vi.stubEnv('PATH', root);
    await expect(openRepository(root)).rejects.toMatchObject({ code: 'git-missing' });
  });

  it('does not run a program that a repository plants as "git" on the PATH', async () => {
    const root = await temporaryFolder();
    makeRepository(root, { file: 'x', 'node_modules/.bin/git': '#!/bin/sh\ntouch "$0.canary"\nexit 1\n' });
    chmodSync(path.join(root, 'node_modules/.bin/git'), 0o755);
    vi.stubEnv('PATH', `${root}/node_modules/.bin:.:${process.env['PATH'] ?? ''}`);
    await openRepository(root);
    expect(existsSync(path.join(root, 'node_modules/.bin/git.canary'))).toBe(false);
  });

  it('is not led elsewhere by git variables of the environment', async () => {
    const folder = await temporaryFolder();
    const commit = makeRepository(path.join(folder, 'one'), { file: 'x' });
    makeRepository(path.join(folder, 'two'), { other: 'y' });
    vi.stubEnv('GIT_DIR', path.join(folder, 'two/.git'));
    vi.stubEnv('GIT_INDEX_FILE', path.join(folder, 'nothing'));
    const repository = await openRepository(path.join(folder, 'one'));
    expect(repository.head.commit).toBe(commit);
    expect(await dirtyPaths(repository)).toEqual([]);
  });

  it('stops when it is aborted', async () => {
    const root = await temporaryFolder();
    makeRepository(root, { file: 'x' });
    await expect(openRepository(root, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('tells each of many who ask of a checkout at once what was there when they asked', async () => {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'repo');
  makeRepository(root, { file: '' });
  const repository = await openRepository(root);
  const [before, same] = [dirtyPaths(repository), dirtyPaths(repository)];
  writeFiles(root, { file: 'changed' });
  const stop = new AbortController();
  const [given, after] = [dirtyPaths(repository, undefined, { signal: stop.signal }), dirtyPaths(repository)];
  stop.abort(new Error('no longer wanted'));
  await expect(given).rejects.toThrow('no longer wanted');
  expect(await after).toEqual(['file']);
  await Promise.all([before, same]);
  writeFiles(root, { file: '' });
  expect(await dirtyPaths(repository)).toEqual([]);
});

describe('dirtyPaths', () => {
  it('is empty for a clean checkout', async () => {
    const root = await temporaryFolder();
    makeRepository(root, { file: 'x', '.gitignore': 'ignored\n', ignored: '' });
    expect(await dirtyPaths(await openRepository(root))).toEqual([]);
  });

  it('names staged, unstaged, deleted, renamed and untracked paths, also odd ones, but none that are ignored', async () => {
    const root = await temporaryFolder();
    makeRepository(root, {
      staged: '1',
      unstaged: '1',
      deleted: '1',
      renamed: 'long enough to be found',
      both: '1',
      clean: '1',
      '.gitignore': 'ignored\n',
    });
    writeFiles(root, { staged: '2', unstaged: '2', both: '2', ignored: '', 'new/a "b"\nü': '' });
    userGit(root, 'add', 'staged', 'both');
    writeFiles(root, { both: '1' });
    userGit(root, 'mv', 'renamed', 'moved');
    rmSync(path.join(root, 'deleted'));
    const expected = ['both', 'deleted', 'moved', 'new/a "b"\nü', 'renamed', 'staged', 'unstaged'];
    expect(await dirtyPaths(await openRepository(root))).toEqual(expected);
  });

  it('sees a change that was made in the second in which the index was written', async () => {
    const root = await temporaryFolder();
    makeRepository(root, { file: '1' });
    const { mtime } = statSync(path.join(root, 'file'));
    writeFiles(root, { file: '2' });
    utimesSync(path.join(root, 'file'), mtime, mtime);
    expect(await dirtyPaths(await openRepository(root))).toEqual(['file']);
  });

  it('tells of given paths only, of what lies in them and of what they lie in', async () => {
    const root = await temporaryFolder();
    makeRepository(root, { a: '1', 'b/c': '1', d: '1' });
    writeFiles(root, { a: '2', 'b/c': '2', b2: '', e: '' });
    rmSync(path.join(root, 'd'));
    const repository = await openRepository(root);
    expect(await dirtyPaths(repository, ['a', 'b', 'e/f', 'clean'])).toEqual(['a', 'b/c', 'e']);
  });

  it.each([
    ['core.autocrlf', (root: string) => userGit(root, 'config', 'core.autocrlf', 'true'), {}],
    ['.gitattributes', () => undefined, { '.gitattributes': '* text=auto eol=crlf\n' }],
  ])('reads line ends as plain git does under %s', async (_, configure, files) => {
    const root = await temporaryFolder();
    makeRepository(root, { ...files, file: 'one\ntwo\n' });
    configure(root);
    rmSync(path.join(root, 'file'));
    userGit(root, 'checkout', '--', 'file');
    expect(readFileSync(path.join(root, 'file'), 'utf8')).toBe('one\r\ntwo\r\n');
    // Without the times that the index knows, the content is compared.
    utimesSync(path.join(root, 'file'), 1, 1);
    expect(await dirtyPaths(await openRepository(root))).toEqual([]);
  });

  it('reads a split index and a linked worktree', async () => {
    const folder = await temporaryFolder();
    makeRepository(path.join(folder, 'main'), { file: '1', other: '1' });
    userGit(path.join(folder, 'main'), 'worktree', 'add', '-q', '../linked');
    const root = path.join(folder, 'linked');
    userGit(root, 'update-index', '--split-index');
    writeFiles(root, { file: '2' });
    expect(await dirtyPaths(await openRepository(root))).toEqual(['file']);
  });

  it('leaves the index of the user as it is', async () => {
    const root = await temporaryFolder();
    makeRepository(root, { file: '1' });
    utimesSync(path.join(root, 'file'), 1, 1);
    const before = readFileSync(path.join(root, '.git/index'));
    await dirtyPaths(await openRepository(root));
    expect(readFileSync(path.join(root, '.git/index'))).toEqual(before);
  });
});

describe('excludeFromGit', () => {
  it('adds a pattern once, after what is there', async () => {
    const root = await temporaryFolder();
    makeRepository(root, { file: 'x' });
    writeFileSync(path.join(root, '.git/info/exclude'), 'mine');
    const repository = await openRepository(root);
    await excludeFromGit(repository, '.runs/');
    await excludeFromGit(repository, '.runs/');
    expect(readFileSync(path.join(root, '.git/info/exclude'), 'utf8')).toBe('mine\n.runs/\n');
    writeFiles(root, { '.runs/1/manifest.json': '{}' });
    expect(userGit(root, 'status', '--porcelain')).toBe('');
  });

  it('makes the file, also for a linked worktree', async () => {
    const folder = await temporaryFolder();
    makeRepository(path.join(folder, 'main'), { file: 'x' });
    rmSync(path.join(folder, 'main/.git/info'), { recursive: true });
    userGit(path.join(folder, 'main'), 'worktree', 'add', '-q', '../linked');
    await excludeFromGit(await openRepository(path.join(folder, 'linked')), '.runs/');
    writeFiles(path.join(folder, 'linked'), { '.runs/x': '' });
    expect(userGit(path.join(folder, 'linked'), 'status', '--porcelain')).toBe('');
  });

  it('does not write where a planted link leads', async () => {
    const folder = await temporaryFolder();
    const root = path.join(folder, 'repo');
    makeRepository(root, { file: 'x' });
    mkdirSync(path.join(folder, 'elsewhere'));
    rmSync(path.join(root, '.git/info'), { recursive: true });
    symlinkSync(path.join(folder, 'elsewhere'), path.join(root, '.git/info'));
    await expect(excludeFromGit(await openRepository(root), '.runs/')).rejects.toMatchObject({ code: 'path-escapes' });
    expect(existsSync(path.join(folder, 'elsewhere/exclude'))).toBe(false);
  });
});
