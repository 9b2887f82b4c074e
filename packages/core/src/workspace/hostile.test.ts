import { readFileSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { userGit, writeFiles } from '../../test/git-fixture.js';
import { makeHostileRepository } from '../../test/hostile-repository.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { runCommand } from '../process/index.js';
import { applyDiff, createWorkspace, dirtyPaths, excludeFromGit, openRepository } from './index.js';

vi.setConfig({ testTimeout: 60_000 });

describe('a hostile repository', () => {
  it.each<[trap: string, command: readonly string[]]>([
    ['pre-commit', ['commit', '--message=x', '--allow-empty']],
    ['gpg', ['commit', '--message=x', '--allow-empty']],
    ['post-commit', ['-c', 'commit.gpgSign=false', 'commit', '--message=x', '--allow-empty']],
    ['editor', ['-c', 'commit.gpgSign=false', 'commit', '--allow-empty']],
    ['post-checkout', ['checkout', '--quiet', '-b', 'other']],
    ['post-index-change', ['add', '--all']],
    ['reference-transaction', ['update-ref', 'refs/heads/other', 'HEAD']],
    ['fsmonitor', ['status']],
    ['fsmonitor-watchman', ['-c', 'core.fsmonitor=.git/hooks/fsmonitor-watchman', 'status']],
    ['clean', ['add', '--all']],
    ['smudge', ['checkout', '--force', 'HEAD', '--', 'file.txt']],
    ['diff-driver', ['diff', 'HEAD']],
    ['textconv', ['log', '--patch']],
    ['ssh', ['fetch', 'ssh://127.0.0.1:1/x']],
    ['ext', ['fetch', 'origin']],
    ['credential', ['credential', 'fill']],
    ['askpass', ['credential', 'fill']],
  ])('is one: plain git runs its %s', async (trap, command) => {
    const { root, ran } = makeHostileRepository(await temporaryFolder());
    writeFiles(root, { 'file.txt': 'changed\n' });
    const env = { PATH: process.env['PATH'] ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1', EMAIL: 'ada@example.org' };
    const input = 'protocol=https\nhost=127.0.0.1\n\n';
    const enough = new AbortController();
    const git = { isOver: false };
    // What it runs may also make it fail, or wait for an answer for ever.
    const running = runCommand('git', command, { cwd: root, env, input, signal: enough.signal }).finally(() => {
      git.isOver = true;
    });
    while (!git.isOver && !ran().includes(trap)) await setImmediate();
    enough.abort();
    await running;
    expect(ran()).toContain(trap);
  });

  it('runs nothing of its own while a goal is worked on', async () => {
    const folder = await temporaryFolder();
    const { root, commit, ran } = makeHostileRepository(folder);
    utimesSync(path.join(root, 'file.txt'), 1, 1);
    const repository = await openRepository(root);
    await excludeFromGit(repository, '.runs/');
    expect(await dirtyPaths(repository)).toEqual([]);

    const workspace = await createWorkspace({ repository, commit, dir: path.join(folder, 'ws') });
    writeFiles(workspace.tree, { 'file.txt': 'one\n2\nthree\n', 'new.txt': 'x\n' });
    rmSync(path.join(workspace.tree, 'other.txt'));
    const { tree } = await workspace.snapshot();
    const diffPath = path.join(folder, 'diff');
    const { sha256 } = await workspace.writeDiff(tree, diffPath);
    await workspace.readDiff(tree, 1000);
    await workspace.linkDependencies(repository, 'link');
    await workspace.commit({ tree, message: 'm', author: { name: 'n', email: 'e' }, at: 0 });
    await workspace.restore(workspace.baseTree);
    expect(ran()).toEqual([]);

    // The filter is real here, so only files that no filter concerns can be applied.
    await expect(applyDiff({ repository, diffPath, expectedSha256: sha256, baseCommit: commit })).rejects.toMatchObject(
      { code: 'filtered-path' },
    );
    userGit(root, 'config', '--remove-section', 'filter.evil');
    expect(await applyDiff({ repository, diffPath, expectedSha256: sha256, baseCommit: commit })).toMatchObject({
      status: 'applied',
    });
    expect(readFileSync(path.join(root, 'file.txt'), 'utf8')).toBe('one\n2\nthree\n');
    expect(ran()).toEqual([]);
    await workspace.remove();
  });

  it('cannot have a missing object fetched by a program of its own', async () => {
    const folder = await temporaryFolder();
    const { root, commit, ran } = makeHostileRepository(folder);
    userGit(root, 'config', 'extensions.partialClone', 'origin');
    userGit(root, 'config', 'core.repositoryFormatVersion', '1');
    const repository = await openRepository(root);
    const object = path.join(root, '.git/objects', commit.slice(0, 2), commit.slice(2));
    rmSync(object);
    await expect(openRepository(root)).rejects.toMatchObject({ code: 'no-commits' });
    await expect(createWorkspace({ repository, commit, dir: path.join(folder, 'ws') })).rejects.toMatchObject({
      code: 'unknown-object',
    });
    expect(ran()).toEqual([]);
  });

  it('cannot smuggle in options through the names of its branches and files', async () => {
    const folder = await temporaryFolder();
    const { root } = makeHostileRepository(folder);
    const canary = path.join(folder, 'canary');
    const commit = userGit(root, 'rev-parse', 'HEAD').trim();
    writeFiles(path.join(root, '.git'), {
      [`refs/heads/--output=${canary}`]: `${commit}\n`,
      HEAD: `ref: refs/heads/--output=${canary}\n`,
    });
    const repository = await openRepository(root);
    expect(repository.head.branch).toBe(`--output=${canary}`);
    const workspace = await createWorkspace({ repository, commit, dir: path.join(folder, 'ws') });
    writeFiles(workspace.tree, { '--output=x': 'x', ':(glob)**': 'x', '-z': 'x' });
    const { tree } = await workspace.snapshot();
    expect((await workspace.writeDiff(tree, path.join(folder, 'diff'))).files.map((file) => file.path)).toEqual([
      '--output=x',
      '-z',
      ':(glob)**',
    ]);
    expect(() => readFileSync(canary)).toThrow('ENOENT');
    userGit(root, '-c', 'core.fsmonitor=false', 'diff', `--output=${canary}`);
    expect(readFileSync(canary)).toBeDefined();
  });
});
