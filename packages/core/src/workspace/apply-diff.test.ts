import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { commitAll, type Files, makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { applyDiff, createWorkspace, type DiffDoesNotApplyError, openRepository } from './index.js';

vi.setConfig({ testTimeout: 60_000 });

interface Setting {
  readonly folder: string;
  readonly root: string;
  readonly apply: (options?: { check?: boolean; expectedSha256?: string }) => ReturnType<typeof applyDiff>;
}

/** A checkout, and a diff that a workspace made of it. */
async function setUp(files: Files, work: (tree: string) => void, configure?: (root: string) => void): Promise<Setting> {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'repo');
  const base = makeRepository(root, files);
  configure?.(root);
  const workspace = await createWorkspace({
    repository: await openRepository(root),
    commit: base,
    dir: path.join(folder, 'ws'),
  });
  work(workspace.tree);
  const diffPath = path.join(folder, 'diff.patch');
  const { sha256 } = await workspace.writeDiff((await workspace.snapshot()).tree, diffPath);
  const apply: Setting['apply'] = async (options) =>
    applyDiff({
      repository: await openRepository(root),
      diffPath,
      expectedSha256: sha256,
      baseCommit: base,
      ...options,
    });
  return { folder, root, apply };
}

/** A checkout, and a diff that somebody wrote by hand. */
async function setUpPatch(files: Files, patch: string): Promise<Setting> {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'repo');
  const baseCommit = makeRepository(root, files);
  const diffPath = path.join(folder, 'diff.patch');
  writeFileSync(diffPath, patch);
  const expectedSha256 = createHash('sha256').update(patch).digest('hex');
  return {
    folder,
    root,
    apply: async (options) =>
      applyDiff({ repository: await openRepository(root), diffPath, expectedSha256, baseCommit, ...options }),
  };
}

const read = (root: string, name: string) => readFileSync(path.join(root, name), 'utf8');
const status = (root: string) => userGit(root, 'status', '--porcelain', '--untracked-files=all');
const addition = (file: string, mode: string, content: string) =>
  `diff --git a/${file} b/${file}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${file}\n@@ -0,0 +1 @@\n+${content}\n\\ No newline at end of file\n`;

describe('applyDiff', () => {
  it('makes the checkout what the workspace was, and leaves index and commits alone', async () => {
    const files = {
      'changed with space.txt': 'one\ntwo\n',
      'gone/only file': 'x\n',
      old: 'something long enough to be found\n',
      crlf: 'one\r\ntwo\r\n',
      binary: Buffer.from([0, 1, 2, 255]),
      mode: '#!/bin/sh\n',
      'file-to-folder': 'x\n',
      'folder-to-file/x': 'x\n',
      'ü "quoted"\nname': 'one\n',
    };
    const { root, apply } = await setUp(files, (tree) => {
      for (const name of ['gone', 'file-to-folder', 'folder-to-file'])
        rmSync(path.join(tree, name), { recursive: true });
      renameSync(path.join(tree, 'old'), path.join(tree, 'new'));
      chmodSync(path.join(tree, 'mode'), 0o755);
      symlinkSync('new', path.join(tree, 'link'));
      writeFiles(tree, {
        'changed with space.txt': 'one\n2\n',
        crlf: 'one\r\n2\r\n',
        binary: Buffer.from([0, 9]),
        'ü "quoted"\nname': 'two\n',
        'deep/er/added': 'no newline',
        'file-to-folder/y': 'y\n',
        'folder-to-file': 'y\n',
      });
    });
    const head = userGit(root, 'rev-parse', 'HEAD');
    const applied = await apply();
    expect(applied.status).toBe('applied');
    expect(applied.files).toHaveLength(13);
    expect(applied.files).toContainEqual({ path: 'new', status: 'renamed', oldPath: 'old', added: 0, removed: 0 });

    expect(userGit(root, 'rev-parse', 'HEAD')).toBe(head);
    expect(userGit(root, 'diff', '--cached', '--name-only')).toBe('');
    expect(read(root, 'changed with space.txt')).toBe('one\n2\n');
    expect(read(root, 'crlf')).toBe('one\r\n2\r\n');
    expect(read(root, 'ü "quoted"\nname')).toBe('two\n');
    expect([...readFileSync(path.join(root, 'binary'))]).toEqual([0, 9]);
    expect(statSync(path.join(root, 'mode')).mode & 0o111).not.toBe(0);
    expect(readlinkSync(path.join(root, 'link'))).toBe('new');
    expect(readdirSync(root).sort()).toEqual(
      [
        '.git',
        'binary',
        'changed with space.txt',
        'crlf',
        'deep',
        'file-to-folder',
        'folder-to-file',
        'link',
        'mode',
        'new',
        'ü "quoted"\nname',
      ].sort(),
    );
  });

  it('only looks when it is asked to check', async () => {
    const { root, apply } = await setUp({ file: '1\n' }, (tree) => {
      writeFiles(tree, { file: '2\n', new: 'x' });
    });
    expect(await apply({ check: true })).toMatchObject({
      status: 'would-apply',
      files: [{ path: 'file' }, { path: 'new' }],
    });
    expect(status(root)).toBe('');
  });

  it('takes an empty diff', async () => {
    const { root, apply } = await setUp({ file: '1\n' }, () => undefined);
    expect(await apply()).toEqual({ status: 'applied', isInHead: false, files: [] });
    expect(status(root)).toBe('');
  });

  it('applies on top of later commits that do not touch the same lines, and beside unrelated changes', async () => {
    const lines = Array.from({ length: 20 }, (_, line) => `line ${line}\n`);
    const { root, apply } = await setUp({ file: lines.join(''), other: '1' }, (tree) => {
      writeFiles(tree, { file: lines.with(18, 'theirs\n').join('') });
    });
    writeFiles(root, { file: lines.with(1, 'mine\n').join('') });
    commitAll(root);
    writeFiles(root, { other: 'unsaved', untracked: 'x' });
    expect((await apply()).status).toBe('applied');
    expect(read(root, 'file')).toBe(lines.with(1, 'mine\n').with(18, 'theirs\n').join(''));
    expect(read(root, 'other')).toBe('unsaved');
  });

  it('says so when the diff was applied before, committed or not', async () => {
    const { root, apply } = await setUp({ file: '1\n', gone: '1\n' }, (tree) => {
      writeFiles(tree, { file: '2\n', new: 'x\n' });
      rmSync(path.join(tree, 'gone'));
    });
    expect((await apply()).status).toBe('applied');
    const { files } = await apply();
    expect((await apply()).status).toBe('already-applied');
    expect((await apply({ check: true })).status).toBe('already-applied');
    commitAll(root);
    expect(await apply()).toEqual({ status: 'already-applied', isInHead: true, files });
  });

  it('finishes what a crash cut off', async () => {
    const { root, apply } = await setUp({ a: '1\n', b: '1\n', c: '1\n', d: '1\n' }, (tree) => {
      writeFiles(tree, { a: '2\n', b: '2\n', 'new/one': 'x\n', 'new/two': 'x\n' });
      rmSync(path.join(tree, 'c'));
      rmSync(path.join(tree, 'd'));
    });
    writeFiles(root, { a: '2\n', 'new/one': 'x\n' });
    rmSync(path.join(root, 'c'));
    expect((await apply()).status).toBe('applied');
    expect(status(root)).toBe(' M a\n M b\n D c\n D d\n?? new/one\n?? new/two\n');
  });

  it('keeps the line ends that the checkout has', async () => {
    const autocrlf = (root: string) => {
      userGit(root, 'config', 'core.autocrlf', 'true');
      rmSync(path.join(root, 'file'));
      userGit(root, 'checkout', '--', 'file');
    };
    const { root, apply } = await setUp(
      { file: 'one\ntwo\n' },
      (tree) => {
        writeFiles(tree, { file: read(tree, 'file').replace('two', '2') });
      },
      autocrlf,
    );
    expect(read(root, 'file')).toBe('one\r\ntwo\r\n');
    await apply();
    expect(read(root, 'file')).toBe('one\r\n2\r\n');
    expect(userGit(root, 'diff')).toContain('-two\n+2\n');
  });

  it('works in a linked worktree', async () => {
    const { root, apply, folder } = await setUp({ file: '1\n' }, (tree) => {
      writeFiles(tree, { file: '2\n' });
    });
    userGit(root, 'worktree', 'add', '-q', '../linked');
    const diff = readFileSync(path.join(folder, 'diff.patch'));
    const repository = await openRepository(path.join(folder, 'linked'));
    await applyDiff({
      repository,
      diffPath: path.join(folder, 'diff.patch'),
      expectedSha256: createHash('sha256').update(diff).digest('hex'),
      baseCommit: repository.head.commit,
    });
    expect(read(path.join(folder, 'linked'), 'file')).toBe('2\n');
    expect(read(root, 'file')).toBe('1\n');
    expect((await apply({ check: true })).status).toBe('would-apply');
  });

  it('puts everything back when a file cannot be written', async () => {
    const change = 'diff --git a/file b/file\n--- a/file\n+++ b/file\n@@ -1 +1 @@\n-1\n+2\n';
    const deletion =
      'diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n';
    const tooLong = addition(`zz/${'x'.repeat(300)}`, '100644', 'x');
    const { root, apply } = await setUpPatch(
      { file: '1\n', gone: '1\n' },
      change + deletion + addition('new', '100644', 'x') + tooLong,
    );
    await expect(apply()).rejects.toMatchObject({ code: 'git-failed', message: /too long/ });
    expect(status(root)).toBe('');
    expect(read(root, 'file')).toBe('1\n');
    expect(read(root, 'gone')).toBe('1\n');
  });

  it.each([
    [
      'the file',
      (root: string) => {
        writeFiles(root, { file: 'mine\n' });
      },
      ['file'],
    ],
    [
      'a staged version of it',
      (root: string) => {
        writeFiles(root, { file: 'mine\n' });
        userGit(root, 'add', 'file');
        writeFiles(root, { file: '1\n' });
      },
      ['file'],
    ],
    [
      'its removal',
      (root: string) => {
        rmSync(path.join(root, 'file'));
      },
      ['file'],
    ],
    [
      'an untracked file where one is added',
      (root: string) => {
        writeFiles(root, { 'new/file': 'mine' });
      },
      ['new/file'],
    ],
    [
      'an ignored file where one is added',
      (root: string) => {
        writeFiles(root, { ignored: 'mine' });
      },
      ['ignored'],
    ],
    [
      'a file where a folder is added',
      (root: string) => {
        writeFiles(root, { new: 'mine' });
      },
      ['new'],
    ],
    [
      'a link where a folder is added',
      (root: string) => {
        symlinkSync('..', path.join(root, 'new'));
      },
      ['new'],
    ],
    [
      'an ignored file in a folder that becomes a file',
      (root: string) => {
        writeFiles(root, { 'folder/x.tmp': 'mine' });
      },
      ['folder/x.tmp'],
    ],
  ])('refuses a checkout that has %s changed, and changes nothing', async (_, change, paths) => {
    const { root, apply } = await setUp(
      { file: '1\n', clean: '1\n', 'folder/x': '1\n', '.gitignore': 'ignored\n*.tmp\n' },
      (tree) => {
        writeFiles(tree, { file: '2\n', clean: '2\n', 'new/file': 'x\n', '.gitignore': '' });
        writeFiles(tree, { ignored: 'x\n' });
        rmSync(path.join(tree, 'folder'), { recursive: true });
        writeFiles(tree, { folder: 'now a file\n' });
      },
    );
    change(root);
    const before = status(root);
    await expect(apply()).rejects.toMatchObject({ code: 'checkout-dirty', paths });
    await expect(apply({ check: true })).rejects.toMatchObject({ code: 'checkout-dirty' });
    expect(status(root)).toBe(before);
    expect(read(root, 'clean')).toBe('1\n');
  });

  it('names both commits and the files that they disagree on, and its hint leads to a checkout that takes the diff', async () => {
    const { root, apply } = await setUp({ file: '1\n', clean: '1\n' }, (tree) => {
      writeFiles(tree, { file: '2\n', clean: '2\n' });
    });
    const base = userGit(root, 'rev-parse', 'HEAD').trim();
    writeFiles(root, { file: 'mine\n' });
    commitAll(root);
    const head = userGit(root, 'rev-parse', 'HEAD').trim();
    const refusal = (await apply().catch((error: unknown) => error)) as DiffDoesNotApplyError;
    expect(refusal).toMatchObject({ code: 'diff-does-not-apply', paths: ['file'] });
    expect(refusal.message).toContain(
      `The diff was made on ${base.slice(0, 12)}, your checkout is at ${head.slice(0, 12)}`,
    );
    expect(status(root)).toBe('');

    const [, command = ''] = /`git ([^`]+)`/.exec(refusal.hint ?? '') ?? [];
    userGit(root, ...command.split(' '));
    expect((await apply()).status).toBe('applied');
    expect(read(root, 'file')).toBe('2\n');
  });

  it('refuses a diff that is not the approved one', async () => {
    const { root, apply } = await setUp({ file: '1\n' }, (tree) => {
      writeFiles(tree, { file: '2\n' });
    });
    await expect(apply({ expectedSha256: '0'.repeat(64) })).rejects.toMatchObject({ code: 'diff-digest-mismatch' });
    expect(status(root)).toBe('');
  });

  it.each([
    ['outside, upwards', addition('../outside', '100644', 'x')],
    ['outside, absolute', addition('/tmp/codex-orch-outside', '100644', 'x')],
    ['into .git', addition('.git/hooks/post-checkout', '100755', 'x')],
    ['into .GIT', addition('.GIT/config', '100644', 'x')],
    ['an absolute link', addition('link', '120000', '/etc/passwd')],
    ['a link upwards', addition('sub/link', '120000', '../../outside')],
    ['a link into .git', addition('link', '120000', '.git/hooks')],
    [
      'a submodule',
      `diff --git a/sub b/sub\nnew file mode 160000\nindex 0000000..1111111\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+Subproject commit ${'1'.repeat(40)}\n`,
    ],
    ['a link and a file through it', addition('link', '120000', '..') + addition('link/outside', '100644', 'x')],
  ])('refuses a patch that writes %s', async (_, patch) => {
    const { root, apply, folder } = await setUpPatch({ file: '1\n' }, patch);
    await expect(apply()).rejects.toMatchObject({ code: 'unsafe-patch' });
    expect(status(root)).toBe('');
    expect(readdirSync(folder).sort()).toEqual(['diff.patch', 'repo']);
    expect(existsSync('/tmp/codex-orch-outside')).toBe(false);
    expect(existsSync(path.join(root, '.git/hooks/post-checkout'))).toBe(false);
  });

  it('refuses a patch that writes through a link of the repository', async () => {
    const { root, apply, folder } = await setUpPatch({ file: '1\n' }, addition('out/x', '100644', 'x'));
    symlinkSync('..', path.join(root, 'out'));
    commitAll(root);
    await expect(apply()).rejects.toMatchObject({
      code: expect.stringMatching(/^(unsafe-patch|diff-does-not-apply)$/) as string,
    });
    expect(existsSync(path.join(folder, 'x'))).toBe(false);
    expect(lstatSync(path.join(root, 'out')).isSymbolicLink()).toBe(true);
  });

  it('refuses what is no patch at all', async () => {
    const { apply } = await setUpPatch({ file: '1\n' }, 'hello\n');
    await expect(apply()).rejects.toMatchObject({ code: 'diff-does-not-apply', message: /No valid patches/ });
  });
});
