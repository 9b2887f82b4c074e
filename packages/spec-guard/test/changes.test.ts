import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ChangedPath } from '../src/check/check-input.js';
import { loadCheckInput, type LoadOptions } from '../src/load/index.js';
import { commitAll, repositoryWith, specText, userGit, writeFiles } from './git-fixture.js';

const at = Date.parse('2026-11-22T12:00:00Z');

async function changes(root: string, options: Partial<LoadOptions> = {}): Promise<ChangedPath[]> {
  const input = await loadCheckInput({ root, at, ...options });
  return [...(input.changes ?? [])].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('');

it('tells added, modified, deleted, renamed and type-changed files of a branch, with their line counts', async () => {
  const root = await repositoryWith({
    'a.ts': lines(3),
    'gone.ts': 'this\nthat\n',
    'old.ts': lines(30),
    'link.ts': 'text\n',
  });
  userGit(root, 'checkout', '-q', '-b', 'topic');
  writeFiles(root, {
    'a.ts': `${lines(3)}more\n`,
    'new.ts': lines(4),
    'copy.ts': lines(30),
    'old.ts': '',
    'image.bin': '\0\x01',
  });
  rmSync(path.join(root, 'gone.ts'));
  rmSync(path.join(root, 'link.ts'));
  symlinkSync('a.ts', path.join(root, 'link.ts'));
  renameSync(path.join(root, 'copy.ts'), path.join(root, 'moved.ts'));
  rmSync(path.join(root, 'old.ts'));
  writeFiles(root, { 'moved.ts': `${lines(30)}one more\n` });
  commitAll(root);

  expect(await changes(root, { base: 'main' })).toEqual([
    { path: 'a.ts', status: 'modified', addedLines: 1, removedLines: 0 },
    { path: 'gone.ts', status: 'deleted', addedLines: 0, removedLines: 2 },
    { path: 'image.bin', status: 'added' },
    { path: 'link.ts', status: 'type-changed', addedLines: 1, removedLines: 1 },
    { path: 'moved.ts', status: 'renamed', from: 'old.ts', addedLines: 1, removedLines: 0 },
    { path: 'new.ts', status: 'added', addedLines: 4, removedLines: 0 },
  ]);
});

it('takes a copy for an added file', async () => {
  const root = await repositoryWith({ 'a.ts': lines(30) });
  writeFiles(root, { 'b.ts': lines(30) });
  commitAll(root);
  expect(await changes(root, { base: 'HEAD~1' })).toEqual([
    { path: 'b.ts', status: 'added', addedLines: 30, removedLines: 0 },
  ]);
});

it('reads names with newlines, tabs, quotes, leading dashes and bytes that are no UTF-8', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  const odd = ['new\nline.ts', 'tab\there.ts', '"quoted".ts', '-rf', ':(glob)x.ts', 'größe.ts'];
  writeFiles(root, Object.fromEntries(odd.map((name) => [name, 'x\n'])));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), 'x\n');
  const names = [...odd, 'caf\uFFFD'].sort();
  expect((await changes(root)).map(({ path }) => path)).toEqual(names);
  commitAll(root);
  expect((await changes(root, { base: 'HEAD~1' })).map(({ path }) => path)).toEqual(names);
});

it('tells both of two names that differ in case only', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  writeFiles(root, { 'tasks/specs/0001-a.md': specText('0001'), 'tasks/specs/0001-A.md': specText('0001') });
  const input = await loadCheckInput({ root, at });
  expect(input.specs.map(({ path }) => path)).toEqual(['tasks/specs/0001-A.md', 'tasks/specs/0001-a.md']);
  expect(input.changes).toHaveLength(2);
});

it('compares the index with HEAD when what is staged is checked, and the work tree otherwise', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n', 'b.ts': 'b\n', '.gitignore': 'ignored\n' });
  writeFiles(root, { 'a.ts': 'staged\n' });
  userGit(root, 'add', 'a.ts');
  writeFiles(root, { 'a.ts': 'later\nstill\n', 'b.ts': 'unstaged\n', 'c.ts': 'new\n', ignored: 'x\n' });

  expect(await changes(root, { staged: true })).toEqual([
    { path: 'a.ts', status: 'modified', addedLines: 1, removedLines: 1 },
  ]);
  expect(await changes(root)).toEqual([
    { path: 'a.ts', status: 'modified', addedLines: 2, removedLines: 1 },
    { path: 'b.ts', status: 'modified', addedLines: 1, removedLines: 1 },
    { path: 'c.ts', status: 'added', addedLines: 1, removedLines: 0 },
  ]);
});

it('does not take a file for changed that only has a newer date', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n', 'image.bin': '\0\x01', 'run.sh': '#!/bin/sh\n' });
  const date = new Date('2020-01-01');
  for (const name of ['a.ts', 'image.bin']) utimesSync(path.join(root, name), date, date);
  chmodSync(path.join(root, 'run.sh'), 0o755);
  const index = userGit(root, 'ls-files', '--debug');
  expect(await changes(root)).toEqual([{ path: 'run.sh', status: 'modified', addedLines: 0, removedLines: 0 }]);
  expect(userGit(root, 'ls-files', '--debug')).toBe(index);
});

it('takes a file that is no longer tracked but still there for modified', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  userGit(root, 'rm', '-q', '--cached', 'a.ts');
  expect((await changes(root)).map(({ path, status }) => [path, status])).toEqual([['a.ts', 'modified']]);
  expect((await changes(root, { staged: true })).map(({ status }) => status)).toEqual(['deleted']);
});

it('tells a new submodule and a moved one, and starts nothing in them', async () => {
  const inner = await repositoryWith({ 'x.ts': 'x\n' });
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  userGit(root, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner, 'vendor');
  commitAll(root);
  expect((await changes(root, { base: 'HEAD~1' })).map(({ path, status }) => [path, status])).toEqual([
    ['.gitmodules', 'added'],
    ['vendor', 'added'],
  ]);
  commitAll(path.join(root, 'vendor'), 'moved');
  expect((await changes(root)).map(({ path, status }) => [path, status])).toEqual([['vendor', 'modified']]);
});

it('takes a repository in the work tree for one path', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  mkdirSync(path.join(root, 'inner'));
  userGit(path.join(root, 'inner'), 'init', '-q');
  writeFiles(root, { 'inner/x.ts': 'x\n' });
  commitAll(path.join(root, 'inner'));
  expect((await changes(root)).map(({ path }) => path)).toEqual(['inner']);
});

it('keeps to the named files, and counts one that did not change as modified', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n', 'b.ts': 'b\n', 'src/c.ts': 'c\n', 'd.ts': 'd\n' });
  writeFiles(root, { 'a.ts': 'x\n', 'b.ts': 'x\n' });
  rmSync(path.join(root, 'd.ts'));
  expect(await changes(root, { files: ['a.ts', './src/c.ts', 'd.ts'] })).toEqual([
    { path: 'a.ts', status: 'modified', addedLines: 1, removedLines: 1 },
    { path: 'd.ts', status: 'deleted', addedLines: 0, removedLines: 1 },
    { path: 'src/c.ts', status: 'modified' },
  ]);
});

it.each(['../outside.ts', '/etc/passwd', 'src', 'nowhere.ts', '.'])(
  'refuses the file %j, which is none of the repository',
  async (file) => {
    const root = await repositoryWith({ 'src/a.ts': 'a\n' });
    await expect(loadCheckInput({ root, at, files: [file] })).rejects.toMatchObject({ code: 'no-such-file' });
  },
);

it('tells which dependencies a manifest gained', async () => {
  const root = await repositoryWith({ 'package.json': '{"dependencies":{"a":"1"}}' });
  writeFiles(root, {
    'package.json': '{"dependencies":{"a":"2","b":"1"}}',
    'tools/go.mod': 'require example.com/c v1.0.0\n',
  });
  expect((await changes(root)).map(({ path, addedDependencies }) => [path, addedDependencies])).toEqual([
    ['package.json', ['b']],
    ['tools/go.mod', ['example.com/c']],
  ]);
});

it('tells the first lines of changed files that suppress a rule, and of no others', async () => {
  const mark = '// spec-guard-disable SG001 until 2026-12-01: moving house\n';
  const root = await repositoryWith({ 'same.ts': mark, 'a.ts': 'a\n', 'b.ts': 'b\n' });
  writeFiles(root, { 'a.ts': `${mark}${lines(20)}`, 'b.ts': `${lines(20)}${mark}` });
  for (const options of [{}, { base: 'HEAD~1' }]) {
    const { marked } = await loadCheckInput({ root, at, ...options });
    expect(marked).toEqual([{ path: 'a.ts', text: `${mark}${lines(4)}`.replace(/\n$/, '') }]);
    commitAll(root);
  }
});
