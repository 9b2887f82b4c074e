import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { installPreCommitHook } from '../src/hook/index.js';
import { loadCheckInput } from '../src/load/index.js';
import { commitAll, repositoryWith, userGit, writeFiles } from './git-fixture.js';
import { temporaryFolder } from './temporary-folder.js';

const at = Date.parse('2026-11-22T12:00:00Z');
const hooks = ['pre-commit', 'post-checkout', 'post-index-change', 'reference-transaction', 'fsmonitor-watchman'];

/** A repository whose config, hooks, filters and attributes leave a file behind when anything of theirs is run. */
async function trapped() {
  const root = await repositoryWith({
    'a.ts': 'a\n',
    'tasks/specs/1.md': 'one\n',
    '.gitattributes': '* filter=evil diff=evil merge=evil ident\n',
  });
  const folder = await temporaryFolder();
  const names: string[] = [];
  const program = (name: string, file = path.join(folder, `evil-${name}`)) => {
    names.push(name);
    writeFileSync(file, `#!/bin/sh\ntouch '${path.join(folder, `ran-${name}`)}'\ncat\n`);
    chmodSync(file, 0o755);
    return file;
  };
  userGit(root, 'checkout', '-q', '-b', 'topic');
  writeFiles(root, { 'a.ts': 'b\n', 'new.ts': 'n\n', 'tasks/specs/1.md': 'two\n' });
  commitAll(root);
  for (const hook of hooks) program(hook, path.join(root, '.git/hooks', hook));
  appendFileSync(
    path.join(root, '.git/config'),
    `
[core]
	fsmonitor = ${program('fsmonitor')}
	pager = ${program('pager')}
	sshCommand = ${program('ssh')}
	alternateRefsCommand = ${program('alternates')}
[filter "evil"]
	clean = ${program('clean')}
	smudge = ${program('smudge')}
	process = ${program('process')}
[diff]
	external = ${program('diff')}
[diff "evil"]
	textconv = ${program('textconv')}
	command = ${program('driver')}
[log]
	showSignature = true
[gpg]
	program = ${program('gpg')}
[remote "origin"]
	url = ext::${program('ext')}
	promisor = true
	partialclonefilter = blob:none
[protocol "ext"]
	allow = always
[alias]
	diff-tree = !${program('alias')}
`,
  );
  return { root, ran: () => names.filter((name) => existsSync(path.join(folder, `ran-${name}`))) };
}

it('runs no hook, filter, monitor, driver or alias of the repository', async () => {
  const { root, ran } = await trapped();
  const date = new Date('2020-01-01');
  utimesSync(path.join(root, 'new.ts'), date, date);
  writeFiles(root, { 'a.ts': 'c\n', 'untracked.ts': 'u\n' });
  const base = await loadCheckInput({ root, at, base: 'main' });
  const staged = await loadCheckInput({ root, at, staged: true });
  const workTree = await loadCheckInput({ root, at });
  expect(ran()).toEqual([]);
  expect(base.changes?.map(({ path }) => path)).toEqual(['a.ts', 'new.ts', 'tasks/specs/1.md']);
  expect(staged.changes).toEqual([]);
  expect(workTree.changes?.map(({ path }) => path)).toEqual(['a.ts', 'untracked.ts']);
});

it('runs none of them either while a hook is installed', async () => {
  const { root, ran } = await trapped();
  await installPreCommitHook({ root });
  expect(ran()).toEqual([]);
});

it('does not let attributes of a change hide how many lines it adds', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  writeFiles(root, { '.gitattributes': '* -diff\n', 'big.ts': 'x\n'.repeat(500) });
  commitAll(root);
  const { changes } = await loadCheckInput({ root, at, base: 'HEAD~1' });
  expect(changes?.find(({ path }) => path === 'big.ts')).toMatchObject({ addedLines: 500 });
});

it('leaves index, refs and objects of the repository as they were', async () => {
  const { root } = await trapped();
  writeFiles(root, { 'a.ts': 'c\n' });
  const snapshot = () => [
    userGit(root, '-c', 'core.fsmonitor=false', 'ls-files', '--stage', '--debug'),
    userGit(root, 'for-each-ref'),
    userGit(root, 'count-objects', '-v'),
  ];
  const before = snapshot();
  await loadCheckInput({ root, at });
  expect(snapshot()).toEqual(before);
});

it('does not follow a symbolic link, be it a spec, the folder of specs, or one of the guard’s own files', async () => {
  const outside = await temporaryFolder();
  writeFiles(outside, { 'secret.md': 'secret\n', 'guard.json': '{"secret":1}' });
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  mkdirSync(path.join(root, 'tasks/specs'), { recursive: true });
  symlinkSync(path.join(outside, 'secret.md'), path.join(root, 'tasks/specs/1.md'));
  symlinkSync(outside, path.join(root, 'tasks/specs/more'));
  symlinkSync(path.join(outside, 'guard.json'), path.join(root, 'tasks/guard.json'));
  const expected = [{ path: 'tasks/specs/1.md', text: '', irregular: 'symlink' }];
  const workTree = await loadCheckInput({ root, at });
  expect(workTree.specs).toEqual(expected);
  expect(workTree.head.policy).toEqual({ path: 'tasks/guard.json', text: '', irregular: 'symlink' });
  commitAll(root);
  const committed = await loadCheckInput({ root, at, base: 'HEAD' });
  expect(committed.specs).toEqual(expected);
  expect(committed.base.policy).toEqual({ path: 'tasks/guard.json', text: '', irregular: 'symlink' });
});

it('does not read specs through a folder that was replaced by a link', async () => {
  const outside = await temporaryFolder();
  writeFiles(outside, { '1.md': 'secret\n' });
  const root = await repositoryWith({ 'tasks/specs/1.md': 'one\n', 'tasks/guard.json': '{}' });
  userGit(root, 'rm', '-q', '-r', '--cached', 'tasks/specs');
  rmSync(path.join(root, 'tasks/specs'), { recursive: true });
  symlinkSync(outside, path.join(root, 'tasks/specs'));
  const { specs, changes } = await loadCheckInput({ root, at });
  expect(specs).toEqual([]);
  expect(changes?.map(({ path, status }) => [path, status])).toContainEqual(['tasks/specs/1.md', 'deleted']);
});
