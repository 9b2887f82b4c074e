import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { writeCandidate } from '../src/ingest/candidate/write-candidate.js';
import { ingest } from '../src/ingest/ingest.js';
import { verifyCandidate } from '../src/ingest/verify/verify-candidate.js';
import { World } from './ingest-world.js';

const require = createRequire(import.meta.url);

it('learns a codemod from three runs that share an edit, and it runs with plain jscodeshift', async () => {
  const world = await World.make();
  const runs = [
    await world.run(
      {
        'src/a.ts': "import { load } from './io.js';\n\nexport const a = (p: string) => load(p, 1);\n",
        'README.md': '# A\n',
      },
      {
        'src/a.ts':
          "import { load } from './io.js';\n\nexport const a = (p: string) => load(p, 1, { strict: true });\n",
        'README.md': '# B\n',
      },
    ),
    await world.run(
      {
        'lib/b.js':
          "'use strict';\r\nconst { load } = require('./io');\r\n\r\nmodule.exports = function b() {\r\n\treturn load(x.y, two()); // as ever\r\n};\r\n",
      },
      {
        'lib/b.js':
          "'use strict';\r\nconst { load } = require('./io');\r\n\r\nmodule.exports = function b() {\r\n\treturn load(x.y, two(), { strict: true }); // as ever\r\n};\r\n",
      },
    ),
    await world.run(
      { 'c.js': "import { load } from 'io';\nlet x = 1;\nload(load('c', x), 3);\n" },
      {
        'c.js': "import { load } from 'io';\nlet x = 2;\nload(load('c', x, { strict: true }), 3, { strict: true });\n",
      },
    ),
  ];
  const { candidates, skipped, origins } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  expect(origins.map(({ id }) => id)).toEqual(runs);
  expect(skipped.map(({ path: file, code }) => [file, code])).toEqual([['README.md', 'not-code']]);
  expect(candidates).toHaveLength(1);
  const [candidate] = candidates;
  expect(candidate).toMatchObject({
    kind: 'codemod',
    title: 'Replace load($1, $2) by load($1, $2, { strict: true })',
    occurrences: 4,
    origins: runs,
    prefilter: ['load'],
    agreement: 'bytes',
  });
  expect(candidate?.examples.map(({ path: file, isPart, isFragment }) => [file, isPart, isFragment])).toEqual([
    ['src/a.ts', false, false],
    ['lib/b.js', false, false],
    ['c.js', true, false],
  ]);

  const folder = await writeCandidate(candidate!, path.join(world.root, 'candidates'));
  expect(await verifyCandidate(folder)).toMatchObject({
    id: candidate?.id,
    passed: true,
    agreement: 'bytes',
    examples: 3,
    failures: [],
  });
  const asset = JSON.parse(readFileSync(path.join(folder, 'asset.json'), 'utf8')) as {
    provenance: { origin: string }[];
  };
  expect(asset.provenance.map(({ origin }) => origin)).toEqual(runs);

  const target = path.join(world.root, 'target');
  mkdirSync(target);
  const source =
    "import { load } from 'io';\r\n\tload(a,\r\n\t\tb);\r\nfunction f(load) { load(1, 2); }\r\nload(1);\r\n";
  writeFileSync(path.join(target, 'x.js'), source);
  const jscodeshift = require.resolve('jscodeshift/bin/jscodeshift.js');
  const said = execFileSync(
    process.execPath,
    [jscodeshift, '-t', path.join(folder, 'transform.mjs'), '--run-in-band', path.join(target, 'x.js')],
    { encoding: 'utf8' },
  );
  expect(readFileSync(path.join(target, 'x.js'), 'utf8')).toBe(
    source.replace('\t\tb)', '\t\tb,\r\n\t\t{ strict: true })'),
  );
  expect(said).toContain('4:20 declined: load is declared inside');
});

/** Pairs of files before and after, and what should be learned from them. */
const kinds: Record<string, { readonly pairs: readonly (readonly [string, string])[]; readonly title: string }> = {
  'a call that is renamed': {
    title: 'Replace oldName(...$1) by newName(...$1)',
    pairs: [
      ['oldName(a, 2);\n', 'newName(a, 2);\n'],
      [
        "const s = 'oldName(1)';\nif (oldName(oldName())) s.oldName();\n",
        "const s = 'oldName(1)';\nif (newName(newName())) s.oldName();\n",
      ],
    ],
  },
  'a call that is renamed with its import': {
    title: 'Replace oldName(...$1) by newName(...$1)',
    pairs: [
      ["import { oldName } from 'lib';\noldName(1);\n", "import { newName } from 'lib';\nnewName(1);\n"],
      [
        "import { oldName } from 'lib';\nexport const x = () => oldName(2, 3);\n",
        "import { newName } from 'lib';\nexport const x = () => newName(2, 3);\n",
      ],
    ],
  },
  'an argument that is added': {
    title: "Replace fs.readFileSync($1) by fs.readFileSync($1, 'utf8')",
    pairs: [
      ['const t = fs.readFileSync(path);\n', "const t = fs.readFileSync(path, 'utf8');\n"],
      ['use(fs.readFileSync(join(a, b)));\n', "use(fs.readFileSync(join(a, b), 'utf8'));\n"],
    ],
  },
  'an option that is added': {
    title: "Replace fetch($1, { ...$2 }) by fetch($1, { ...$2, redirect: 'error' })",
    pairs: [
      ["fetch(url, { method: 'POST' });\n", "fetch(url, { method: 'POST', redirect: 'error' });\n"],
      [
        'fetch(a.b, {\n  headers,\n  body: x(),\n});\n',
        "fetch(a.b, {\n  headers,\n  body: x(),\n  redirect: 'error',\n});\n",
      ],
    ],
  },
  'a member that is changed': {
    title: 'Replace $2.substr(...$1) by $2.slice(...$1)',
    pairs: [
      ['const s = name.substr(1);\n', 'const s = name.slice(1);\n'],
      ['use((a || b()).substr(i, j));\n', 'use((a || b()).slice(i, j));\n'],
    ],
  },
  'a wrapper with its import': {
    title: 'Replace $2.save(...$1) by retry(() => $2.save(...$1))',
    pairs: [
      [
        "import a from 'a';\n\nclient.save(x);\nfoo(a);\n",
        "import a from 'a';\nimport { retry } from './retry.js';\n\nretry(() => client.save(x));\nfoo(a);\n",
      ],
      [
        "import b from 'b';\n\nexport async function f() {\n  await b.users.save(y, 1);\n}\n",
        "import b from 'b';\nimport { retry } from './retry.js';\n\nexport async function f() {\n  await retry(() => b.users.save(y, 1));\n}\n",
      ],
    ],
  },
  'a module that is imported': {
    title: "Replace const fs = require('fs'); by import fs from 'fs';",
    pairs: [
      ["const fs = require('fs');\nfs.x();\n", "import fs from 'fs';\nfs.x();\n"],
      ["'use strict';\n\nconst fs = require('fs');\nfs.y();\n", "'use strict';\n\nimport fs from 'fs';\nfs.y();\n"],
    ],
  },
  'a condition that is changed': {
    title: 'Replace $1 == null by $1 === null',
    pairs: [
      ['if (x == null) y();\n', 'if (x === null) y();\n'],
      ['while (a.b == null && c == 1) z();\n', 'while (a.b === null && c == 1) z();\n'],
    ],
  },
};

describe.each(Object.entries(kinds))('%s', (_, { pairs, title }) => {
  it.each(['run', 'diff'] as const)('is learned from a %s, and gives back what it was learned from', async (kind) => {
    const world = await World.make();
    const diffFiles: string[] = [];
    for (const [index, [before, after]] of pairs.entries()) {
      if (kind === 'run') await world.run({ 'x.js': before }, { 'x.js': after });
      else diffFiles.push(world.diffFile(`${index}.patch`, { 'x.js': before }, { 'x.js': after }));
    }
    const { candidates } = await ingest({
      repositoryRoot: world.root,
      ...(kind === 'run' ? { runs: 'all' } : { diffFiles }),
    });
    expect(candidates.map((candidate) => [candidate.kind, candidate.title])).toEqual([['codemod', title]]);
    const folder = await writeCandidate(candidates[0]!, world.root);
    expect(await verifyCandidate(folder)).toMatchObject({ passed: true, failures: [], agreement: 'bytes' });
  });
});

/** What a rule reports in real ESLint. */
async function lint(folder: string, id: string, code: string): Promise<string[]> {
  const { rule } = (await import(pathToFileURL(path.join(folder, 'rule.mjs')).href)) as { rule: never };
  const config = { plugins: { learned: { rules: { [id]: rule } } }, rules: { [`learned/${id}`]: 'error' } } as const;
  return new Linter().verify(code, [config]).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

it('makes a rule of statements that are taken out', async () => {
  const world = await World.make();
  await world.run(
    { 'a.js': 'function f(a) {\n  console.log(a);\n  return a;\n}\n' },
    { 'a.js': 'function f(a) {\n  return a;\n}\n' },
  );
  await world.run({ 'b.js': "if (b) {\n  console.log('x', b);\n  go();\n}\n" }, { 'b.js': 'if (b) {\n  go();\n}\n' });
  const { candidates } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  expect(candidates.map(({ kind, title }) => [kind, title])).toEqual([['rule', 'Take out console.log(...$1);']]);
  const folder = await writeCandidate(candidates[0]!, world.root);
  expect(await verifyCandidate(folder)).toMatchObject({ passed: true });
  expect(
    await lint(
      folder,
      candidates[0]!.id,
      'console.info(1);\nconsole.log(2);\nfunction f(console) { console.log(3); }\n',
    ),
  ).toEqual(['2:1 Earlier changes took this out: console.log(...$1);']);
});

it('makes a rule of guards that are put before statements', async () => {
  const world = await World.make();
  const guard = "  if ($.length > 1000) throw new Error('too long');\n";
  const body = (name: string, isGuarded: boolean) =>
    `function f(${name}) {\n${isGuarded ? guard.replace('$', name) : ''}  const v${name} = JSON.parse(${name});\n  return v${name};\n}\n`;
  await world.run({ 'a.js': body('a', false) }, { 'a.js': body('a', true) });
  await world.run({ 'b.js': body('text', false) }, { 'b.js': body('text', true) });
  const { candidates } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  expect(candidates.map(({ kind, title }) => [kind, title])).toEqual([['rule', 'Guard const $1 = JSON.parse($2);']]);
  const folder = await writeCandidate(candidates[0]!, world.root);
  expect(await verifyCandidate(folder)).toMatchObject({ passed: true });
  expect(await lint(folder, candidates[0]!.id, `${body('z', true)}${body('y', false)}`)).toHaveLength(1);
});

it('makes a template of new files of the same shape', async () => {
  const world = await World.make();
  const file = (name: string, table: string) =>
    `import { store } from '../store.js';\n\n/** All of them. */\nexport async function list${name}(signal) {\n  const rows = await store.query('${table}', { signal, limit: 100 });\n  return rows.map((row) => row.value);\n}\n`;
  await world.run({}, { 'src/a.js': file('Users', 'users') });
  await world.run({}, { 'src/b.js': file('Orders', 'orders') });
  const { candidates } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  expect(candidates).toMatchObject([{ kind: 'template', agreement: 'bytes', occurrences: 2 }]);
  const folder = await writeCandidate(candidates[0]!, world.root);
  expect(await verifyCandidate(folder)).toMatchObject({ passed: true, agreement: 'bytes' });
  const { render, parameters } = (await import(pathToFileURL(path.join(folder, 'template.mjs')).href)) as {
    render: (values: Record<string, string>) => string;
    parameters: string[];
  };
  expect(parameters).toHaveLength(2);
  expect(render(Object.fromEntries(parameters.map((name, index) => [name, ['listCars', "'cars'"][index]!])))).toBe(
    file('Cars', 'cars'),
  );
});

it('says of what nothing can be made, and why', async () => {
  const world = await World.make();
  await world.run({ 'a.js': 'setTimeout(f, wait);\n' }, { 'a.js': 'setTimeout(f, 100);\n' });
  await world.run({ 'b.js': 'setTimeout(g, pause());\nsend(x);\n' }, { 'b.js': 'setTimeout(g, 250);\nsend(x, y);\n' });
  await world.run({ 'c.js': 'send(x);\nsend(x);\n' }, { 'c.js': 'send(x, y);\nsend(x);\n' });
  const { candidates, declined } = await ingest({ repositoryRoot: world.root, runs: 'all' });
  expect(candidates).toEqual([]);
  expect(declined.map(({ pattern, reason }) => [pattern.before, reason])).toContainEqual([
    'send(x)',
    'it does not give back the diff of c.js',
  ]);
});

it('takes an edit of one run for no pattern, however often it is made there, unless it is told to', async () => {
  const world = await World.make();
  await world.run({ 'a.js': 'old(1);\nold(2);\n' }, { 'a.js': 'now(1);\nnow(2);\n' });
  expect((await ingest({ repositoryRoot: world.root, runs: 'all' })).candidates).toEqual([]);
  expect((await ingest({ repositoryRoot: world.root, runs: 'all', minOrigins: 1 })).candidates).toHaveLength(1);
});

it('counts the same diff once', async () => {
  const world = await World.make();
  const first = world.diffFile('1.patch', { 'a.js': 'old(1);\n' }, { 'a.js': 'now(1);\n' });
  writeFileSync(path.join(world.root, '2.patch'), readFileSync(first));
  const { candidates, skipped } = await ingest({ repositoryRoot: world.root, diffFiles: [first, '2.patch'] });
  expect(candidates).toEqual([]);
  expect(skipped).toMatchObject([{ origin: '2.patch', code: 'duplicate' }]);
});

it('skips a run whose diff is not the one that was recorded', async () => {
  const world = await World.make();
  const run = await world.run({ 'a.js': 'old(1);\n' }, { 'a.js': 'now(1);\n' });
  appendFileSync(world.runFile(run, 'diff.patch'), '\n');
  const { skipped, origins } = await ingest({ repositoryRoot: world.root, runs: [run] });
  expect(origins).toEqual([]);
  expect(skipped).toMatchObject([{ origin: run, code: 'diff-altered' }]);
});
