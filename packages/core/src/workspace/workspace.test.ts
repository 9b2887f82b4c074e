import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { commitAll, type Files, makeRepository, userGit, writeFiles } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { createWorkspace, openRepository, Workspace } from './index.js';

vi.setConfig({ testTimeout: 60_000 });

async function makeWorkspace(files: Files, ...initArgs: string[]) {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'repo');
  const commit = makeRepository(root, files, ...initArgs);
  const repository = await openRepository(root);
  const dir = path.join(folder, 'runs/workspace');
  mkdirSync(path.dirname(dir));
  const workspace = await createWorkspace({ repository, commit, dir });
  return { folder, root, commit, repository, dir, workspace, diffFile: path.join(folder, 'diff.patch') };
}

const read = (...parts: string[]) => readFileSync(path.join(...parts), 'utf8');

describe('createWorkspace', () => {
  it('checks a commit out, with modes and links, and lets plain git work in it', async () => {
    const folder = await temporaryFolder();
    const root = path.join(folder, 'repo');
    makeRepository(root, { 'a/b.txt': 'x\n', 'odd "name"\nü': 'y', run: '#!/bin/sh\n' });
    chmodSync(path.join(root, 'run'), 0o755);
    symlinkSync('a/b.txt', path.join(root, 'link'));
    const commit = commitAll(root);
    const { tree, baseCommit, baseTree } = await createWorkspace({
      repository: await openRepository(root),
      commit,
      dir: path.join(folder, 'ws'),
    });
    expect(baseCommit).toBe(commit);
    expect(baseTree).toBe(userGit(root, 'rev-parse', 'HEAD^{tree}').trim());
    expect(read(tree, 'a/b.txt')).toBe('x\n');
    expect(read(tree, 'odd "name"\nü')).toBe('y');
    expect(statSync(path.join(tree, 'run')).mode & 0o111).not.toBe(0);
    expect(readlinkSync(path.join(tree, 'link'))).toBe('a/b.txt');
    expect(userGit(tree, 'status', '--porcelain')).toBe('');
    expect(userGit(tree, 'rev-parse', 'HEAD').trim()).toBe(commit);
    expect(userGit(tree, 'log', '--format=%s')).toBe('work\nfirst\n');
  });

  it('starts from the commit that it is told, not from HEAD', async () => {
    const folder = await temporaryFolder();
    const root = path.join(folder, 'repo');
    const first = makeRepository(root, { file: '1' });
    writeFiles(root, { file: '2' });
    commitAll(root);
    const workspace = await createWorkspace({
      repository: await openRepository(root),
      commit: first,
      dir: path.join(folder, 'ws'),
    });
    expect(read(workspace.tree, 'file')).toBe('1');
  });

  it('works on SHA-256 repositories, on shallow clones, and through the alternates of the user', async () => {
    const folder = await temporaryFolder();
    const sha256 = path.join(folder, 'sha256');
    makeRepository(sha256, { file: '1' }, '--object-format=sha256');
    const deep = path.join(folder, 'deep');
    makeRepository(deep, { file: '1' });
    writeFiles(deep, { file: '2' });
    commitAll(deep);
    userGit(folder, 'clone', '-q', '--depth=1', `file://${deep}`, 'shallow');
    userGit(folder, 'clone', '-q', '--shared', deep, 'shared');
    for (const name of ['sha256', 'shallow', 'shared']) {
      const repository = await openRepository(path.join(folder, name));
      const workspace = await createWorkspace({
        repository,
        commit: repository.head.commit,
        dir: path.join(folder, `ws-${name}`),
      });
      writeFiles(workspace.tree, { file: '3' });
      const { tree } = await workspace.snapshot();
      const { files } = await workspace.writeDiff(tree, path.join(folder, 'diff'));
      expect(files).toEqual([{ path: 'file', status: 'modified', added: 1, removed: 1 }]);
      const commit = await workspace.commit({ tree, message: 'm', author: { name: 'n', email: 'e' }, at: 0 });
      expect(userGit(workspace.tree, 'log', '--format=%H', 'codex-orch').split('\n')[0]).toBe(commit);
    }
  });

  it('opens the workspace that is there, with the work in it', async () => {
    const { workspace, repository, commit, dir } = await makeWorkspace({ file: '1' });
    writeFiles(workspace.tree, { file: '2' });
    expect(read((await createWorkspace({ repository, commit, dir })).tree, 'file')).toBe('2');
  });

  it('starts anew over what a crash left', async () => {
    const folder = await temporaryFolder();
    const root = path.join(folder, 'repo');
    const commit = makeRepository(root, { file: '1' });
    writeFiles(folder, { 'ws.partial/git/HEAD': 'half', 'ws.partial/tree/file': 'half' });
    const workspace = await createWorkspace({
      repository: await openRepository(root),
      commit,
      dir: path.join(folder, 'ws'),
    });
    expect(read(workspace.tree, 'file')).toBe('1');
    expect(readdirSync(folder).sort()).toEqual(['repo', 'ws']);
  });

  it('keeps its hands off what is not its own', async () => {
    const { folder, workspace, repository, commit, root, dir } = await makeWorkspace({ file: '1' });
    writeFiles(folder, { 'taken/precious': 'x', 'file-in-place': 'x' });
    await expect(createWorkspace({ repository, commit, dir: path.join(folder, 'taken') })).rejects.toMatchObject({
      code: 'workspace-exists',
    });
    await expect(
      createWorkspace({ repository, commit, dir: path.join(folder, 'file-in-place') }),
    ).rejects.toMatchObject({ code: 'workspace-exists' });
    writeFiles(root, { file: '2' });
    await expect(createWorkspace({ repository, commit: commitAll(root), dir })).rejects.toMatchObject({
      code: 'workspace-exists',
    });
    expect(read(folder, 'taken/precious')).toBe('x');
    expect(read(workspace.tree, 'file')).toBe('1');
  });

  it.each(['--output=canary', 'main', 'HEAD', '0'.repeat(40), 'x'.repeat(40)])(
    'refuses the commit %j',
    async (commit) => {
      const { repository, folder } = await makeWorkspace({ file: '1' });
      const dir = path.join(folder, 'other');
      await expect(createWorkspace({ repository, commit, dir })).rejects.toMatchObject({ code: 'unknown-object' });
      expect(existsSync(dir)).toBe(false);
      expect(existsSync(`${dir}.partial`)).toBe(false);
    },
  );

  it('says which objects are missing', async () => {
    const { repository, folder, root, commit } = await makeWorkspace({ file: 'some content' });
    const blob = userGit(root, 'rev-parse', 'HEAD:file').trim();
    rmSync(path.join(root, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    await expect(createWorkspace({ repository, commit, dir: path.join(folder, 'other') })).rejects.toMatchObject({
      code: 'objects-missing',
    });
  });

  it('leaves nothing behind when it is aborted', async () => {
    const { repository, folder, commit } = await makeWorkspace({ file: '1' });
    const running = createWorkspace({
      repository,
      commit,
      dir: path.join(folder, 'other'),
      signal: AbortSignal.abort(),
    });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(folder).sort()).toEqual(['repo', 'runs']);
  });
});

describe('Workspace.open', () => {
  it('refuses a folder that is no workspace, and a record that it does not understand', async () => {
    const folder = await temporaryFolder();
    await expect(Workspace.open(folder)).rejects.toMatchObject({ code: 'not-a-workspace' });
    writeFiles(folder, { 'workspace.json': '{"schemaVersion":2}' });
    await expect(Workspace.open(folder)).rejects.toMatchObject({ code: 'not-a-workspace' });
  });

  it('removes the locks of a process that was killed', async () => {
    const { dir, workspace } = await makeWorkspace({ file: '1' });
    const before = await workspace.snapshot();
    for (const lock of ['orch-index.lock', 'index.lock', 'refs/heads/codex-orch.lock'])
      writeFileSync(path.join(workspace.gitDir, lock), '');
    const opened = await Workspace.open(dir);
    expect(await opened.snapshot()).toEqual(before);
    await opened.commit({ tree: before.tree, message: 'm', author: { name: 'n', email: 'e' }, at: 0 });
  });
});

describe('snapshot', () => {
  it('gives the base for an untouched tree, and the same tree for the same files', async () => {
    const { workspace } = await makeWorkspace({ file: '1' });
    expect((await workspace.snapshot()).tree).toBe(workspace.baseTree);
    writeFiles(workspace.tree, { new: 'x' });
    const first = await workspace.snapshot();
    expect(first.tree).not.toBe(workspace.baseTree);
    expect(await workspace.snapshot()).toEqual(first);
    rmSync(path.join(workspace.tree, 'new'));
    expect((await workspace.snapshot()).tree).toBe(workspace.baseTree);
  });

  it('takes additions, changes, deletions, modes and folders in the place of files, and leaves out what is ignored', async () => {
    const { workspace } = await makeWorkspace({
      changed: '1',
      gone: '1',
      'file-to-folder': '1',
      'folder-to-file/x': '1',
      mode: '1',
      '.gitignore': 'ignored\n',
    });
    const { tree } = workspace;
    for (const name of ['gone', 'file-to-folder', 'folder-to-file']) rmSync(path.join(tree, name), { recursive: true });
    writeFiles(tree, {
      changed: '2',
      'file-to-folder/y': '2',
      'folder-to-file': '2',
      ignored: 'x',
      '-option': 'x',
      'odd "name"\nü': 'x',
    });
    chmodSync(path.join(tree, 'mode'), 0o755);
    const snapshot = await workspace.snapshot();
    // What `git add -A` of plain git makes of the same files.
    userGit(tree, 'add', '-A');
    expect(snapshot.tree).toBe(userGit(tree, 'write-tree').trim());
    expect(userGit(tree, 'ls-tree', '-rz', '--name-only', snapshot.tree).split('\0').sort()).toEqual(
      ['', '-option', '.gitignore', 'changed', 'file-to-folder/y', 'folder-to-file', 'mode', 'odd "name"\nü'].sort(),
    );
  });

  it('takes names that are not UTF-8', async () => {
    const { workspace } = await makeWorkspace({ file: '1' });
    const name = Buffer.concat([Buffer.from(`${workspace.tree}/`), Buffer.from([0x66, 0xfc, 0x72])]);
    writeFileSync(name, 'x');
    const { tree } = await workspace.snapshot();
    expect(tree).not.toBe(workspace.baseTree);
    await workspace.restore(workspace.baseTree);
    expect(existsSync(name)).toBe(false);
    await workspace.restore(tree);
    expect(existsSync(name)).toBe(true);
  });

  it('is not deceived by what an agent tells its own git', async () => {
    const { workspace } = await makeWorkspace({ file: '1' });
    const canary = path.join(workspace.dir, 'canary');
    userGit(workspace.tree, 'update-index', '--assume-unchanged', 'file');
    userGit(workspace.tree, 'config', 'core.fsmonitor', `touch ${canary}; false`);
    userGit(workspace.tree, 'config', 'filter.evil.clean', `touch ${canary}; cat`);
    writeFiles(workspace.tree, { file: '2', '.gitattributes': '* filter=evil\n' });
    const { tree } = await workspace.snapshot();
    expect(userGit(workspace.tree, 'cat-file', '-p', `${tree}:file`)).toBe('2');
    expect(existsSync(canary)).toBe(false);
  });

  it('works on when the agent removed or replaced the .git of the tree', async () => {
    const { workspace } = await makeWorkspace({ file: '1' });
    rmSync(path.join(workspace.tree, '.git'));
    userGit(workspace.tree, 'init', '-q');
    writeFiles(workspace.tree, { file: '2' });
    const { tree } = await workspace.snapshot();
    expect(userGit(workspace.tree, 'ls-tree', '--name-only', tree)).toBe('file\n');
    expect(lstatSync(path.join(workspace.tree, '.git')).isFile()).toBe(true);
  });

  it.each([
    [
      'with commits',
      (dir: string) => {
        makeRepository(dir, { x: '' });
      },
    ],
    [
      'without commits',
      (dir: string) => {
        mkdirSync(dir, { recursive: true });
        userGit(dir, 'init', '-q');
      },
    ],
  ])('refuses an embedded repository %s, and is well again without it', async (_, make) => {
    const { workspace } = await makeWorkspace({ file: '1' });
    make(path.join(workspace.tree, 'sub/inner'));
    await expect(workspace.snapshot()).rejects.toMatchObject({ code: 'embedded-repository', paths: ['sub/inner'] });
    rmSync(path.join(workspace.tree, 'sub'), { recursive: true });
    expect((await workspace.snapshot()).tree).toBe(workspace.baseTree);
  });

  it('leaves a submodule of the base as it is, and runs nothing of a repository that an agent put there', async () => {
    const folder = await temporaryFolder();
    const root = path.join(folder, 'repo');
    const inner = makeRepository(path.join(folder, 'inner'), { x: '' });
    makeRepository(root, { file: '1' });
    userGit(root, 'update-index', '--add', '--cacheinfo', `160000,${inner},sub`);
    userGit(root, 'commit', '-q', '-m', 'submodule');
    const repository = await openRepository(root);
    const workspace = await createWorkspace({
      repository,
      commit: repository.head.commit,
      dir: path.join(folder, 'ws'),
    });
    expect((await workspace.snapshot()).tree).toBe(workspace.baseTree);

    const canary = path.join(folder, 'canary');
    userGit(folder, 'clone', '-q', 'inner', path.join(workspace.tree, 'sub'));
    userGit(path.join(workspace.tree, 'sub'), 'config', 'core.fsmonitor', `touch ${canary}; false`);
    writeFiles(workspace.tree, { 'sub/x': 'changed' });
    expect((await workspace.snapshot()).tree).toBe(workspace.baseTree);
    await workspace.restore(workspace.baseTree);
    expect(existsSync(canary)).toBe(false);

    // Without its folder too it is none of the work.
    rmSync(path.join(workspace.tree, 'sub'), { recursive: true, force: true });
    expect((await workspace.snapshot()).tree).toBe(workspace.baseTree);
  });

  it.each(['/etc/passwd', '../outside', 'a/../../outside', '.git/config', 'a/.GIT', 'file/../..'])(
    'refuses a symbolic link to %j and names it',
    async (target) => {
      const { workspace } = await makeWorkspace({ file: '1' });
      symlinkSync(target, path.join(workspace.tree, 'link'));
      await expect(workspace.snapshot()).rejects.toMatchObject({
        code: 'unsafe-symlink',
        paths: ['link'],
        message: /"link"/,
      });
    },
  );

  it('takes symbolic links that stay inside', async () => {
    const { workspace } = await makeWorkspace({ 'a/b/file': '1' });
    symlinkSync('../../a/./b/file', path.join(workspace.tree, 'a/b/link'));
    symlinkSync('missing', path.join(workspace.tree, 'dangling'));
    const { tree } = await workspace.snapshot();
    await workspace.restore(workspace.baseTree);
    await workspace.restore(tree);
    expect(readlinkSync(path.join(workspace.tree, 'a/b/link'))).toBe('../../a/./b/file');
  });

  it('does not look through a folder that became a link', async () => {
    const { workspace, folder } = await makeWorkspace({ 'dir/file': '1' });
    writeFiles(folder, { 'outside/file': 'secret', 'outside/more': 'secret' });
    rmSync(path.join(workspace.tree, 'dir'), { recursive: true });
    symlinkSync(path.join(folder, 'outside'), path.join(workspace.tree, 'dir'));
    await expect(workspace.snapshot()).rejects.toMatchObject({ code: 'unsafe-symlink', paths: ['dir'] });
    await workspace.restore(workspace.baseTree);
    expect(read(workspace.tree, 'dir/file')).toBe('1');
    expect(read(folder, 'outside/file')).toBe('secret');
  });

  it('takes no notice of sockets and pipes, also in the place of a file', async () => {
    const { workspace } = await makeWorkspace({ file: '1', other: '1' });
    execFileSync('mkfifo', [path.join(workspace.tree, 'pipe')]);
    rmSync(path.join(workspace.tree, 'other'));
    execFileSync('mkfifo', [path.join(workspace.tree, 'other')]);
    const server = createServer().listen(path.join(workspace.tree, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { tree } = await workspace.snapshot();
    server.close();
    expect(userGit(workspace.tree, 'ls-tree', '--name-only', tree)).toBe('file\n');
    await workspace.restore(workspace.baseTree);
    expect(read(workspace.tree, 'other')).toBe('1');
  });
});

describe('restore', () => {
  it('makes the files equal to a tree and leaves ignored files alone', async () => {
    const { workspace } = await makeWorkspace({ file: '1', 'dir/x': '1', '.gitignore': 'ignored\n' });
    const { tree } = workspace;
    writeFiles(tree, { file: '2', new: '2', ignored: 'kept', 'deep/er/file': '2' });
    rmSync(path.join(tree, 'dir'), { recursive: true });
    writeFiles(tree, { dir: 'now a file' });
    const work = await workspace.snapshot();

    writeFiles(tree, { file: '3', stray: '3' });
    makeRepository(path.join(tree, 'embedded'), { x: '' });
    await workspace.restore(work.tree);
    expect(readdirSync(tree).sort()).toEqual(['.git', '.gitignore', 'deep', 'dir', 'file', 'ignored', 'new']);
    expect(read(tree, 'file')).toBe('2');

    await workspace.restore(workspace.baseCommit);
    expect(readdirSync(tree).sort()).toEqual(['.git', '.gitignore', 'dir', 'file', 'ignored']);
    expect(read(tree, 'dir/x')).toBe('1');
    expect(read(tree, 'ignored')).toBe('kept');
    expect((await workspace.snapshot()).tree).toBe(workspace.baseTree);
  });

  it('sees what somebody else has done to the same workspace meanwhile', async () => {
    const { workspace } = await makeWorkspace({ file: '1' });
    writeFiles(workspace.tree, { file: '2', new: '2' });
    const work = await workspace.snapshot();
    await (await Workspace.open(workspace.dir)).restore(workspace.baseTree);
    expect(await workspace.listFiles(100)).toBe('file\n');
    expect((await workspace.snapshot()).tree).toBe(workspace.baseTree);
    await workspace.restore(work.tree);
    await (await Workspace.open(workspace.dir)).restore(workspace.baseTree);
    await workspace.restore(work.tree);
    expect(read(workspace.tree, 'file')).toBe('2');
    expect(await workspace.listFiles(100)).toBe('file\nnew\n');
  });

  it('refuses what is no object id', async () => {
    const { workspace } = await makeWorkspace({ file: '1' });
    await expect(workspace.restore('--output=x')).rejects.toMatchObject({ code: 'unknown-object' });
  });
});

describe('diffs', () => {
  it('tells what changed, and plain git applies it', async () => {
    const { workspace, root, diffFile } = await makeWorkspace({
      changed: 'one\ntwo\n',
      gone: 'a\nb\n',
      old: Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join(''),
      crlf: 'one\r\ntwo\r\n',
      binary: Buffer.from([0, 1, 2]),
    });
    const { tree } = workspace;
    renameSync(path.join(tree, 'old'), path.join(tree, 'new name\nü'));
    rmSync(path.join(tree, 'gone'));
    writeFiles(tree, { changed: 'one\n2\n', crlf: 'one\r\n2\r\n', binary: Buffer.from([0, 3]), 'added "x"': 'x' });
    chmodSync(path.join(tree, 'changed'), 0o755);
    const snapshot = await workspace.snapshot();
    const diff = await workspace.writeDiff(snapshot.tree, diffFile);
    const sorted = [...diff.files].sort((a, b) => (a.path < b.path ? -1 : 1));
    expect(sorted).toEqual([
      { path: 'added "x"', status: 'added', added: 1, removed: 0 },
      { path: 'binary', status: 'modified', added: null, removed: null },
      { path: 'changed', status: 'modified', added: 1, removed: 1 },
      { path: 'crlf', status: 'modified', added: 1, removed: 1 },
      { path: 'gone', status: 'deleted', added: 0, removed: 2 },
      { path: 'new name\nü', status: 'renamed', oldPath: 'old', added: 0, removed: 0 },
    ]);
    const content = readFileSync(diffFile);
    expect(diff).toMatchObject({ bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
    userGit(root, 'apply', '--index', diffFile);
    expect(userGit(root, 'write-tree').trim()).toBe(snapshot.tree);
  });

  it('reads the diff as it is, whatever became of the file that it was written to', async () => {
    const { workspace, diffFile } = await makeWorkspace({ file: 'one\n' });
    writeFileSync(path.join(workspace.tree, 'file'), 'two\n');
    const { tree } = await workspace.snapshot();
    await workspace.writeDiff(tree, diffFile);
    const written = read(diffFile);
    expect(await workspace.readDiff(tree, 10_000)).toBe(written);
    writeFileSync(diffFile, 'something else');
    expect(await workspace.readDiff(tree, 10_000)).toBe(written);
    rmSync(diffFile);
    expect(await workspace.readDiff(tree, 10_000)).toBe(written);
    expect(await workspace.readDiff(tree, 20)).toContain('[cut here');
    expect(await workspace.readDiff(workspace.baseTree, 10_000)).toBe('');
  });

  it('is empty when nothing changed', async () => {
    const { workspace, diffFile } = await makeWorkspace({ file: '1' });
    expect(await workspace.writeDiff(workspace.baseTree, diffFile)).toMatchObject({ bytes: 0, files: [] });
    expect(await workspace.readDiff(workspace.baseTree, 100)).toBe('');
  });

  it('is the same whatever the config says, and hides nothing behind attributes', async () => {
    const { workspace, diffFile } = await makeWorkspace({ 'code.js': 'one\n' });
    writeFiles(workspace.tree, { 'code.js': 'evil\n' });
    const plain = await workspace.writeDiff((await workspace.snapshot()).tree, diffFile);
    for (const setting of [
      ['diff.noprefix', 'true'],
      ['diff.algorithm', 'patience'],
      ['diff.context', '0'],
      ['color.ui', 'always'],
    ])
      userGit(workspace.tree, 'config', ...setting);
    writeFiles(workspace.tree, { '.gitattributes': '*.js -diff\n' });
    writeFiles(workspace.gitDir, { 'info/attributes': '' });
    const { tree } = await workspace.snapshot();
    await workspace.writeDiff(tree, diffFile);
    expect(readFileSync(diffFile, 'utf8')).toContain('+evil');
    rmSync(path.join(workspace.tree, '.gitattributes'));
    expect(await workspace.writeDiff((await workspace.snapshot()).tree, diffFile)).toEqual(plain);
  });

  it('writes 20 MB of diff to a file and reads the beginning of it', async () => {
    const { workspace, diffFile } = await makeWorkspace({ file: '1\n' });
    const line = () => `${randomBytes(50).toString('hex')}\n`;
    writeFiles(workspace.tree, { big: Array.from({ length: 200_000 }, line).join('') });
    const { tree } = await workspace.snapshot();
    const before = process.memoryUsage().arrayBuffers;
    const { bytes } = await workspace.writeDiff(tree, diffFile);
    expect(bytes).toBeGreaterThan(20_000_000);
    expect(statSync(diffFile).size).toBe(bytes);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(bytes / 2);
    const start = await workspace.readDiff(tree, 1000);
    expect(start.startsWith('diff --git a/big b/big\n')).toBe(true);
    expect(start).toMatch(new RegExp(`\\n\\[cut here: \\d+ of ${bytes} bytes are shown\\]\\n$`));
    expect(start.length).toBeLessThan(1100);
  });

  it('leaves the old diff in place when the new one cannot be made', async () => {
    const { workspace, folder, diffFile } = await makeWorkspace({ file: '1' });
    writeFileSync(diffFile, 'old');
    await expect(workspace.writeDiff('1'.repeat(40), diffFile)).rejects.toMatchObject({ code: 'git-failed' });
    expect(read(diffFile)).toBe('old');
    await expect(workspace.writeDiff(workspace.baseTree, path.join(folder, 'missing/diff'))).rejects.toMatchObject({
      code: 'not-writable',
    });
    expect(readdirSync(folder).sort()).toEqual(['diff.patch', 'repo', 'runs']);
  });
});

describe('listFiles', () => {
  it('lists tracked files, one a line, and says where it was cut', async () => {
    const { workspace } = await makeWorkspace({ a: '', 'b/ü': '', 'c\nd': '' });
    expect(await workspace.listFiles(1000)).toBe('a\nb/ü\n"c\\nd"\n');
    expect(await workspace.listFiles(4)).toBe('a\n[cut here: 2 of 14 bytes are shown]\n');
  });
});

it('lists the same files for every workspace of a commit, and its own for one that has changed', async () => {
  const { folder, repository, commit, workspace } = await makeWorkspace({ a: '', b: '' });
  const other = await createWorkspace({ repository, commit, dir: path.join(folder, 'other') });
  writeFiles(other.tree, { c: '' });
  await other.snapshot();
  expect(await workspace.listFiles(100)).toBe('a\nb\n');
  expect(await other.listFiles(100)).toBe('a\nb\nc\n');
  expect(await (await Workspace.open(workspace.dir)).listFiles(100)).toBe('a\nb\n');
});

describe('changedTexts', () => {
  it('gives what changed files held and hold, whatever is on the disk by now', async () => {
    const base = { 'a.js': 'a\n', 'odd "name"\nü.js': 'ü\n', 'gone.js': 'gone\n', 'same.js': 'x', '*.js': '*' };
    const { workspace } = await makeWorkspace(base);
    writeFiles(workspace.tree, { 'new.js': 'new\n', 'binary.js': new Uint8Array([1, 0]), 'large.js': 'x'.repeat(101) });
    writeFiles(workspace.tree, { 'odd "name"\nü.js': 'new\n', '*.js': 'not wanted' });
    rmSync(path.join(workspace.tree, 'a.js'));
    symlinkSync('same.js', path.join(workspace.tree, 'a.js'));
    rmSync(path.join(workspace.tree, 'gone.js'));
    const { tree } = await workspace.snapshot();
    writeFiles(workspace.tree, { 'new.js': 'changed' });
    const paths = ['a.js', 'odd "name"\nü.js', 'gone.js', 'same.js', 'new.js', 'binary.js', 'large.js', 'missing.js'];
    const texts = await workspace.changedTexts(tree, { paths: [...paths, ':/', '--all'], maxBytes: 100 });
    expect(Object.fromEntries(texts)).toEqual({
      'a.js': { before: 'a\n', after: undefined },
      'odd "name"\nü.js': { before: 'ü\n', after: 'new\n' },
      'gone.js': { before: 'gone\n', after: undefined },
      'new.js': { before: undefined, after: 'new\n' },
      'binary.js': { before: undefined, after: undefined },
      'large.js': { before: undefined, after: undefined },
    });
    expect(await workspace.changedTexts(workspace.baseTree, { paths, maxBytes: 100 })).toEqual(new Map());
  });
});

it('gives the small ones of changed files that together are more than is held at once', async () => {
  const { workspace } = await makeWorkspace({ large: 'a', small: 'b' });
  writeFiles(workspace.tree, { large: 'x'.repeat(5 * 1024 * 1024), small: 'y' });
  const { tree } = await workspace.snapshot();
  const texts = await workspace.changedTexts(tree, { paths: ['large', 'small'], maxBytes: 100 });
  expect(texts.get('large')).toEqual({ before: 'a', after: undefined });
  expect(texts.get('small')).toEqual({ before: 'b', after: 'y' });
});

describe('commit', () => {
  it('is the same commit for the same input, on the base, and readable with log', async () => {
    const { workspace, commit: base } = await makeWorkspace({ file: '1' });
    writeFiles(workspace.tree, { file: '2' });
    const { tree } = await workspace.snapshot();
    const input = {
      tree,
      message: 'Title\n\nBody',
      author: { name: 'Änne Ü', email: 'a@example.com' },
      at: '2026-01-02T03:04:05.678Z',
    };
    const first = await workspace.commit(input);
    expect(await workspace.commit({ ...input, at: Date.parse(input.at) })).toBe(first);
    expect(userGit(workspace.tree, 'log', '-1', '--format=%T %P %an %ae %aI %B', 'codex-orch')).toBe(
      `${tree} ${base} Änne Ü a@example.com 2026-01-02T03:04:05+00:00 Title\n\nBody\n\n`,
    );
  });

  it('takes an author without an address, and refuses a time that is none', async () => {
    const { workspace } = await makeWorkspace({ file: '1' });
    const input = { tree: workspace.baseTree, message: 'm', author: { name: 'n', email: '' }, at: 0 };
    expect(await workspace.commit(input)).toMatch(/^[0-9a-f]{40}$/);
    await expect(workspace.commit({ ...input, at: '' })).rejects.toThrow(RangeError);
  });
});

describe('remove', () => {
  it('deletes read-only folders too, and nothing behind a link', async () => {
    const { workspace, folder } = await makeWorkspace({ file: '1' });
    writeFiles(folder, { 'outside/file': 'x' });
    symlinkSync(path.join(folder, 'outside'), path.join(workspace.tree, 'link'));
    writeFiles(workspace.tree, { 'locked/file': 'x' });
    chmodSync(path.join(workspace.tree, 'locked'), 0o500);
    await workspace.remove();
    expect(existsSync(workspace.dir)).toBe(false);
    expect(read(folder, 'outside/file')).toBe('x');
  });
});

describe('linkDependencies', () => {
  const monorepo = {
    '.gitignore': 'node_modules/\n.venv\n',
    'package.json': '{}',
    'packages/a/package.json': '{"name":"a"}',
    'packages/a/index.js': 'module.exports = 1',
    'packages/b/package.json': '{"name":"b"}',
  };

  function install(root: string) {
    writeFiles(root, {
      'node_modules/dep/index.js': 'module.exports = "dep"',
      'node_modules/@s/dep/index.js': 'module.exports = "scoped"',
      'node_modules/.cache/x': '',
      'packages/b/node_modules/dep/index.js': 'module.exports = "dep of b"',
      '.venv/pyvenv.cfg': '',
      'vendor/not-ignored': '',
    });
    symlinkSync('../packages/a', path.join(root, 'node_modules/a'));
  }

  const resolve = (cwd: string, name: string) =>
    execFileSync(process.execPath, ['-p', `require(${JSON.stringify(name)})`], { cwd, encoding: 'utf8' }).trim();

  it('makes installed packages usable, and the packages of the repository those of the work tree', async () => {
    const { workspace, root, repository } = await makeWorkspace(monorepo);
    install(root);
    expect(await workspace.linkDependencies(repository, 'link')).toEqual([
      'node_modules',
      '.venv',
      'packages/b/node_modules',
    ]);
    writeFiles(workspace.tree, { 'packages/a/index.js': 'module.exports = 2' });
    expect(resolve(workspace.tree, 'dep')).toBe('dep');
    expect(resolve(workspace.tree, '@s/dep')).toBe('scoped');
    expect(resolve(path.join(workspace.tree, 'packages/b'), 'dep')).toBe('dep of b');
    expect(resolve(workspace.tree, 'a')).toBe('2');
    expect(existsSync(path.join(workspace.tree, 'node_modules/.cache'))).toBe(false);
  });

  it('is harmless to repeat, and never part of a snapshot, even when an agent stops ignoring it', async () => {
    const { workspace, root, repository, dir } = await makeWorkspace(monorepo);
    install(root);
    await workspace.linkDependencies(repository, 'link');
    expect(await workspace.linkDependencies(repository, 'link')).toEqual([]);
    writeFiles(workspace.tree, { '.gitignore': '!node_modules\n!.venv\n' });
    const { tree } = await (await Workspace.open(dir)).snapshot();
    expect(userGit(workspace.tree, 'ls-tree', '-r', '--name-only', tree)).not.toMatch(/node_modules|venv/);
    await workspace.restore(workspace.baseTree);
    expect(resolve(workspace.tree, 'dep')).toBe('dep');
  });

  it('leaves the installed packages of the user alone when the workspace is removed', async () => {
    const { workspace, root, repository } = await makeWorkspace(monorepo);
    install(root);
    await workspace.linkDependencies(repository, 'link');
    await workspace.remove();
    expect(resolve(root, 'dep')).toBe('dep');
    expect(resolve(root, 'a')).toBe('1');
  });

  it('links nothing that is tracked or not ignored, and nothing at all when it is told so', async () => {
    const { workspace, root, repository } = await makeWorkspace({
      'node_modules/tracked/index.js': '',
      '.gitignore': 'node_modules/\n',
    });
    writeFiles(root, { 'vendor/x': '' });
    expect(await workspace.linkDependencies(repository, 'link')).toEqual([]);
    const other = await makeWorkspace(monorepo);
    install(other.root);
    expect(await other.workspace.linkDependencies(other.repository, 'none')).toEqual([]);
    expect(existsSync(path.join(other.workspace.tree, 'node_modules'))).toBe(false);
  });
});
