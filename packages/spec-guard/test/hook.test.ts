import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { trustedPath } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { installPreCommitHook, removePreCommitHook } from '../src/hook/index.js';
import { repositoryWith, userGit, writeFiles } from './git-fixture.js';
import { temporaryFolder } from './temporary-folder.js';

const hookOf = (root: string) => path.join(root, '.git/hooks/pre-commit');

function program(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

/** Commits with the hooks that are there; returns what they said, or throws. */
const commit = (root: string, message = 'try') => userGit(root, 'commit', '-q', '--allow-empty', '-m', message);

/** A `codex-orch` in the repository that writes down how it was called, and then says `exit`. */
function installGuard(root: string, exit: number): string {
  const log = path.join(root, '.git/guard.log');
  program(path.join(root, 'node_modules/.bin/codex-orch'), `echo "$@" >>'${log}'\nexit ${exit}`);
  return log;
}

it('runs the guard of the repository before a commit, and refuses the commit when the guard does', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  const log = installGuard(root, 0);
  expect(await installPreCommitHook({ root })).toEqual({
    state: 'installed',
    file: hookOf(root),
    chained: undefined,
    isInWorkTree: false,
  });
  commit(root);
  expect(readFileSync(log, 'utf8')).toBe('guard --staged\n');
  installGuard(root, 1);
  expect(() => commit(root)).toThrow();
});

it('finds the guard on the PATH too, and refuses a commit where there is none', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  await installPreCommitHook({ root });
  expect(() => commit(root)).toThrow(/codex-orch was found neither in node_modules nor on the PATH/);
  const bin = await temporaryFolder();
  program(path.join(bin, 'codex-orch'), 'exit 0');
  const env = { PATH: `${bin}${path.delimiter}${trustedPath(process.env['PATH'] ?? '')}`, HOME: bin };
  const user = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  execFileSync('git', [...user, 'commit', '-q', '--allow-empty', '-m', 'x'], { cwd: root, env, stdio: 'pipe' });
});

it('keeps a hook that is there, runs it first, and puts it back byte for byte', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  const log = installGuard(root, 0);
  program(hookOf(root), `echo earlier "$@" >>'${log}'`);
  chmodSync(hookOf(root), 0o750);
  const before = readFileSync(hookOf(root));
  const names = readdirSync(path.dirname(hookOf(root)));

  const { state, chained } = await installPreCommitHook({ root });
  expect([state, chained]).toEqual(['installed', `${hookOf(root)}.before-spec-guard`]);
  commit(root);
  expect(readFileSync(log, 'utf8')).toBe('earlier\nguard --staged\n');

  expect(await removePreCommitHook({ root })).toEqual({ state: 'removed', file: hookOf(root), restored: true });
  expect(readFileSync(hookOf(root))).toEqual(before);
  expect(lstatSync(hookOf(root)).mode & 0o777).toBe(0o750);
  expect(readdirSync(path.dirname(hookOf(root)))).toEqual(names);
});

it('does not go on when the hook before it refuses or is missing', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  const log = installGuard(root, 0);
  program(hookOf(root), 'echo no >&2; exit 3');
  await installPreCommitHook({ root });
  expect(() => commit(root)).toThrow('no');
  rmSync(`${hookOf(root)}.before-spec-guard`);
  expect(() => commit(root)).toThrow(/pre-commit.before-spec-guard is missing/);
  expect(existsSync(log)).toBe(false);
});

it('chains a hook that is a symbolic link, and passes by one that is not executable, as git does', async () => {
  const root = await repositoryWith({ 'scripts/check': 'x\n' });
  installGuard(root, 0);
  symlinkSync('../../scripts/check', hookOf(root));
  await installPreCommitHook({ root });
  commit(root);
  await removePreCommitHook({ root });
  expect(lstatSync(hookOf(root)).isSymbolicLink()).toBe(true);
});

it('changes nothing when it is installed or removed again', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  program(hookOf(root), 'exit 0');
  await installPreCommitHook({ root });
  const once = readFileSync(hookOf(root));
  expect(await installPreCommitHook({ root })).toMatchObject({ state: 'already-installed' });
  expect(readFileSync(hookOf(root))).toEqual(once);
  await removePreCommitHook({ root });
  expect(await removePreCommitHook({ root })).toMatchObject({ state: 'not-installed', restored: false });
  expect(readFileSync(hookOf(root), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
});

it('leaves our hook alone when somebody changed it', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  await installPreCommitHook({ root });
  const changed = readFileSync(hookOf(root), 'utf8').replace('exec', 'nice');
  writeFileSync(hookOf(root), changed);
  await expect(installPreCommitHook({ root })).rejects.toMatchObject({ code: 'hook-changed' });
  await expect(removePreCommitHook({ root })).rejects.toMatchObject({ code: 'hook-changed' });
  expect(readFileSync(hookOf(root), 'utf8')).toBe(changed);
});

it('leaves two hooks alone when another tool has replaced ours', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  program(hookOf(root), 'exit 0');
  await installPreCommitHook({ root });
  program(hookOf(root), 'exit 1');
  await expect(installPreCommitHook({ root })).rejects.toMatchObject({ code: 'two-hooks' });
  expect(await removePreCommitHook({ root })).toMatchObject({ state: 'not-installed' });
});

it('installs where core.hooksPath says, in the repository', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  userGit(root, 'config', 'core.hooksPath', '.githooks');
  const log = installGuard(root, 0);
  const { file, isInWorkTree } = await installPreCommitHook({ root: path.join(root) });
  expect([file, isInWorkTree]).toEqual([path.join(root, '.githooks/pre-commit'), true]);
  commit(root);
  expect(readFileSync(log, 'utf8')).toBe('guard --staged\n');
});

it('refuses a hooks folder that other repositories share, also through a link', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  const shared = await temporaryFolder();
  userGit(root, 'config', 'core.hooksPath', shared);
  await expect(installPreCommitHook({ root })).rejects.toMatchObject({ code: 'shared-hooks-folder' });
  symlinkSync(shared, path.join(root, 'hooks'));
  userGit(root, 'config', 'core.hooksPath', 'hooks');
  await expect(installPreCommitHook({ root })).rejects.toMatchObject({ code: 'shared-hooks-folder' });
  expect(readdirSync(shared)).toEqual([]);
});

it('runs in every linked work tree, from wherever it was installed', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  const linked = path.join(await temporaryFolder(), 'linked');
  userGit(root, 'worktree', 'add', '-q', linked, '-b', 'side');
  expect((await installPreCommitHook({ root: linked })).file).toBe(hookOf(root));
  program(path.join(linked, 'node_modules/.bin/codex-orch'), 'exit 0');
  commit(linked);
  expect(() => commit(root)).toThrow(/codex-orch was found neither/);
});

it('makes the hooks folder where there is none', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' }, '--template=');
  rmSync(path.join(root, '.git/hooks'), { recursive: true, force: true });
  expect((await installPreCommitHook({ root })).state).toBe('installed');
});

it.each<[string, (root: string) => void, RegExp]>([
  [
    'husky',
    (root) => {
      userGit(root, 'config', 'core.hooksPath', '.husky/_');
    },
    /\.husky\/pre-commit/,
  ],
  ['lefthook', (root) => writeFiles(root, { 'lefthook.yml': 'pre-commit: {}\n' }), /lefthook\.yml/],
  ['lefthook', (root) => program(hookOf(root), 'call_lefthook run "pre-commit" "$@"'), /lefthook install/],
  [
    'pre-commit',
    (root) => program(hookOf(root), '# File generated by pre-commit: https://pre-commit.com'),
    /\.pre-commit-config\.yaml/,
  ],
  [
    'simple-git-hooks',
    (root) => program(hookOf(root), 'if [ "$SKIP_SIMPLE_GIT_HOOKS" = "1" ]; then exit 0; fi'),
    /package\.json/,
  ],
])('leaves hooks that %s manages to it, and says what to add there', async (manager, prepare, hint) => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  prepare(root);
  await expect(installPreCommitHook({ root })).rejects.toMatchObject({
    code: 'hooks-managed',
    message: expect.stringContaining(manager) as string,
    hint: expect.stringMatching(hint) as string,
  });
});

it('says that a folder is no repository', async () => {
  await expect(installPreCommitHook({ root: await temporaryFolder() })).rejects.toMatchObject({
    code: 'not-a-repository',
  });
});
