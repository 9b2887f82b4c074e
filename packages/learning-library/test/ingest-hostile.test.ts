import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeCandidate } from '../src/ingest/candidate/write-candidate.js';
import { ingest } from '../src/ingest/ingest.js';
import { temporaryFolder, World } from './ingest-world.js';

const patch = (file: string, before: string, after: string): string =>
  [
    `diff --git a/${file} b/${file}`,
    `--- a/${file}`,
    `+++ b/${file}`,
    '@@ -1 +1 @@',
    `-${before}`,
    `+${after}`,
    '',
  ].join('\n');

async function ingestTexts(...texts: readonly string[]) {
  const root = await temporaryFolder();
  const diffFiles = texts.map((text, index) => {
    writeFileSync(path.join(root, `${index}.patch`), text);
    return `${index}.patch`;
  });
  return ingest({ repositoryRoot: root, diffFiles });
}

it.each([
  ['../../etc/x.js', 'path-unsafe'],
  ['/etc/x.js', 'path-unsafe'],
  ['.git/hooks/x.js', 'path-unsafe'],
  ['a\\b.js', 'path-unsafe'],
  ['x.png', 'not-code'],
])('leaves a file at %s alone', async (file, code) => {
  const { skipped, candidates } = await ingestTexts(
    patch(file, 'old(1);', 'now(1);'),
    patch(file, 'old(2);', 'now(2);'),
  );
  expect(candidates).toEqual([]);
  expect(skipped.map((item) => item.code)).toEqual([code, code]);
});

it('does not parse what is minified or nested too deeply', async () => {
  const long = `x = ${'a+'.repeat(20_000)}a;`;
  const deep = `x = ${'['.repeat(5000)}${']'.repeat(5000)};`;
  const { skipped } = await ingestTexts(patch('a.js', long, 'x = 1;'), patch('b.js', deep, 'x = 1;'));
  expect(skipped.map(({ path: file, code }) => [file, code])).toEqual([
    ['a.js', 'unparsable'],
    ['b.js', 'unparsable'],
  ]);
});

it('refuses a diff file that is too large, a pipe, a folder, or not there', async () => {
  const root = await temporaryFolder();
  writeFileSync(path.join(root, 'large.patch'), Buffer.alloc(33 * 1024 * 1024, 10));
  execFileSync('mkfifo', [path.join(root, 'pipe.patch')]);
  const refused = (file: string) => ingest({ repositoryRoot: root, diffFiles: [file] });
  await expect(refused('large.patch')).rejects.toMatchObject({ code: 'ingest-limit' });
  await expect(refused('pipe.patch')).rejects.toMatchObject({ code: 'diff-unreadable' });
  await expect(refused('.')).rejects.toMatchObject({ code: 'diff-unreadable' });
  await expect(refused('none.patch')).rejects.toMatchObject({ code: 'diff-unreadable' });
  await expect(ingest({ repositoryRoot: root })).rejects.toMatchObject({ code: 'ingest-options' });
  await expect(ingest({ repositoryRoot: root, diffFiles: ['x'], minOrigins: 0 })).rejects.toMatchObject({
    code: 'ingest-options',
  });
});

it('writes code of a diff only as data: comments cannot end, names cannot leave the folder', async () => {
  const evil = "`*/ process.exit(1); /*${'\\u2028'}`";
  const world = await World.make();
  const name = '__proto__"; x.js';
  await world.run({ [name]: `old(${evil});\n` }, { [name]: `now(${evil}, '*/ globalThis.hacked = 1; //');\n` });
  await world.run({ 'b.js': `old(b);\n` }, { 'b.js': `now(b, '*/ globalThis.hacked = 1; //');\n` });
  const { candidates } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  expect(candidates).toHaveLength(1);
  const into = path.join(world.root, 'out');
  const folder = await writeCandidate(candidates[0]!, into);
  expect(readdirSync(into)).toEqual([path.basename(folder)]);
  expect(readdirSync(path.join(folder, '__testfixtures__')).sort()).toEqual([
    '1.input.js',
    '1.output.js',
    '2.input.js',
    '2.output.js',
  ]);
  const said = execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `await import(${JSON.stringify(path.join(folder, 'transform.mjs'))}); console.log(globalThis.hacked)`,
    ],
    { encoding: 'utf8' },
  );
  expect(said).toBe('undefined\n');
});

it('executes nothing of a repository: no filter, no text conversion, no hook', async () => {
  const world = await World.make();
  const prey = path.join(world.root, 'prey');
  const before = { 'a.js': 'old(1);\n', '.gitattributes': '*.js diff=evil filter=evil\n' };
  await world.run(before, { 'a.js': 'now(1);\n' });
  await world.run({ ...before, 'a.js': 'old(2);\n' }, { 'a.js': 'now(2);\n' });
  for (const [key, value] of [
    ['diff.evil.textconv', `touch ${prey};cat`],
    ['filter.evil.smudge', `touch ${prey};cat`],
    ['core.fsmonitor', `touch ${prey}`],
  ] as const)
    execFileSync('git', ['config', key, value], { cwd: world.root });
  const { candidates } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  expect(candidates).toHaveLength(1);
  expect(existsSync(prey)).toBe(false);
});

it('stops when it is told to', async () => {
  const world = await World.make();
  await world.run({ 'a.js': 'old(1);\n' }, { 'a.js': 'now(1);\n' });
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(ingest({ repositoryRoot: world.root, runs: 'all', signal })).rejects.toThrow('enough');
});
