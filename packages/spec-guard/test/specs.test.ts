import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkSpecs } from '../src/index.js';
import { loadCheckInput } from '../src/load/index.js';
import { commitAll, repositoryWith, specText, userGit, writeFiles } from './git-fixture.js';

const at = Date.parse('2026-11-22T12:00:00Z');

it('gives the specs of the index, the work tree and a commit as each of them has them', async () => {
  const root = await repositoryWith({
    'tasks/specs/1.md': 'committed\n',
    'tasks/specs/2.md': 'two\n',
    'other/3.md': 'x\n',
  });
  writeFiles(root, { 'tasks/specs/1.md': 'staged\n' });
  userGit(root, 'add', '-A');
  writeFiles(root, {
    'tasks/specs/1.md': 'work tree\n',
    'tasks/specs/deep/4.md': 'new\n',
    'tasks/specs/notes.txt': 'x\n',
  });
  const texts = async (options: object) => {
    const { specs } = await loadCheckInput({ root, at, ...options });
    return specs.map(({ path, text }) => [path, text]);
  };
  const two = ['tasks/specs/2.md', 'two\n'];
  expect(await texts({ base: 'HEAD' })).toEqual([['tasks/specs/1.md', 'committed\n'], two]);
  expect(await texts({ staged: true })).toEqual([['tasks/specs/1.md', 'staged\n'], two]);
  expect(await texts({})).toEqual([['tasks/specs/1.md', 'work tree\n'], two, ['tasks/specs/deep/4.md', 'new\n']]);
});

it('no longer has a spec that was moved away or deleted', async () => {
  const root = await repositoryWith({ 'tasks/specs/1.md': specText('0001'), 'tasks/specs/2.md': specText('0002') });
  mkdirSync(path.join(root, 'old'));
  userGit(root, 'mv', 'tasks/specs/1.md', 'old/1.md');
  userGit(root, 'rm', '-q', 'tasks/specs/2.md');
  for (const options of [{ staged: true }, {}])
    expect((await loadCheckInput({ root, at, ...options })).specs).toEqual([]);
});

it('leaves out ignored specs and guards other places where it is told to', async () => {
  const root = await repositoryWith({
    '.gitignore': 'draft.md\n',
    'docs/specs/1.md': 'one\n',
    'docs/index.json': '{}',
  });
  writeFiles(root, { 'docs/specs/draft.md': 'ignored\n' });
  const input = await loadCheckInput({ root, at, paths: { specs: 'docs/specs/', index: 'docs/index.json' } });
  expect(input.specs.map(({ path }) => path)).toEqual(['docs/specs/1.md']);
  expect(input.index).toEqual({ path: 'docs/index.json', text: '{}' });
});

it('keeps byte order marks and CRLF as they are, and a spec in them is a spec', async () => {
  const text = `\uFEFF${specText('0001').replaceAll('\n', '\r\n')}`;
  const root = await repositoryWith({ 'tasks/specs/0001-a.md': text });
  for (const options of [{ base: 'HEAD' }, {}]) {
    const input = await loadCheckInput({ root, at, ...options });
    expect(input.specs).toEqual([{ path: 'tasks/specs/0001-a.md', text }]);
    expect(checkSpecs(input).findings.filter(({ rule }) => rule === 'malformed-spec')).toEqual([]);
  }
});

it('tells what is no text, too large, or no file, instead of reading it', async () => {
  const root = await repositoryWith({ 'a.ts': 'a\n' });
  writeFiles(root, {
    'tasks/specs/binary.md': Buffer.from([0x66, 0xff, 0xfe]),
    'tasks/specs/large.md': Buffer.alloc(1024 * 1024 + 1, 'x'),
    'tasks/specs/empty.md': '',
  });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/tasks/specs/caf`), Buffer.from([0xe9]), Buffer.from('.md')]), 'x');
  const expected = [
    { path: 'tasks/specs/binary.md', text: '', irregular: 'not-utf8' },
    { path: 'tasks/specs/empty.md', text: '' },
    { path: 'tasks/specs/large.md', text: '', irregular: 'too-large' },
  ];
  expect((await loadCheckInput({ root, at })).specs).toEqual(expect.arrayContaining(expected));
  userGit(root, 'add', '-A');
  expect((await loadCheckInput({ root, at, staged: true })).specs).toEqual(expect.arrayContaining(expected));
});

it('reads objects of every size whole, in whatever pieces they come', async () => {
  const files = Object.fromEntries(
    [0, 1, 4095, 65_535, 65_536, 70_000, 1_000_000].map((size) => [
      `tasks/specs/${size}.md`,
      'é'.repeat(size / 2) + 'x',
    ]),
  );
  const root = await repositoryWith(files);
  const { specs } = await loadCheckInput({ root, at, base: 'HEAD' });
  expect(Object.fromEntries(specs.map(({ path, text }) => [path, text]))).toEqual(files);
});

it('reads the index of base and head, and finds the place where one is broken', async () => {
  const root = await repositoryWith({ 'tasks/index.json': '{"specs":[]}\n' });
  writeFiles(root, { 'tasks/index.json': '{\n  "specs": [,\n}\n' });
  commitAll(root);
  const input = await loadCheckInput({ root, at, base: 'HEAD~1' });
  expect(input.base.index?.text).toBe('{"specs":[]}\n');
  expect(checkSpecs(input)).toMatchObject({
    clean: false,
    findings: expect.arrayContaining([
      expect.objectContaining({ rule: 'broken-index', path: 'tasks/index.json', line: 2 }),
    ]) as unknown,
  });
});

it('fails for an index of 50 MB without holding it in memory', async () => {
  const root = await repositoryWith({ 'tasks/index.json': Buffer.alloc(50 * 1024 * 1024, ' ') });
  const input = await loadCheckInput({ root, at, base: 'HEAD' });
  expect(input.index).toEqual({ path: 'tasks/index.json', text: '', irregular: 'too-large' });
  const report = checkSpecs(input);
  expect(report.clean).toBe(false);
  expect(report.findings.map(({ rule }) => rule)).toContain('broken-index');
});

it('finds no fault with a repository that has neither specs nor a registry', async () => {
  const root = await repositoryWith({ 'src/index.ts': 'export const a = 1;\n' });
  expect(checkSpecs(await loadCheckInput({ root, at, all: true })).clean).toBe(true);
});

it('does not let a change loosen its own gate', async () => {
  const overdue = specText('0001').replace('2026-11-20', '2026-09-01');
  const root = await repositoryWith({ 'tasks/guard.json': '{}\n', 'tasks/specs/0001-a.md': overdue });
  writeFiles(root, { 'tasks/guard.json': JSON.stringify({ reviewDays: 3000 }), 'src/a.ts': 'a\n' });
  commitAll(root);
  const rulesOf = async (base: string) =>
    checkSpecs(await loadCheckInput({ root, at, base })).findings.map(({ rule }) => rule);
  expect(await rulesOf('HEAD~1')).toEqual(expect.arrayContaining(['review-overdue', 'policy-loosened']));
  expect(await rulesOf('HEAD')).not.toContain('review-overdue');
});
