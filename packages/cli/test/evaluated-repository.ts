import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hashTree } from '@codex-orch/eval-harness';
import type { Asset, AssetIndex } from '@codex-orch/learning-library';
import { makeIndex } from './asset-index.js';
import { codexPaths, World } from './world.js';

/** Beside the codemod that is right: one that changes nothing, and one that breaks what it changes. */
const modules = {
  'changes-nothing': '({ source }) => ({ source, changes: 0, declined: [] })',
  breaks: "({ source }) => ({ source: source.replace('oldName + 1', 'oldName + 2'), changes: 1, declined: [] })",
};

const rule = `export const rules = {
  'prefer-let': {
    meta: { type: 'suggestion', fixable: 'code', schema: [], messages: { let: 'Write let.' } },
    create: (context) => ({
      'VariableDeclaration[kind="var"]': (node) =>
        context.report({ node, messageId: 'let', fix: (fixer) => fixer.replaceTextRange([node.range[0], node.range[0] + 3], 'let') }),
    }),
  },
};
`;

const published = {
  'package.json': JSON.stringify({ name: 'small', version: '1.0.0', main: 'lib/index.js' }),
  'lib/index.js':
    "'use strict';\nvar oldName = 1;\nexports.isOne = (n) => n === oldName;\nexports.two = () => oldName + 1;\n",
  'test/index.js':
    "const { isOne, two } = require('..');\nconst is = (name, holds) => console.log(`${holds ? 'ok' : 'not ok'} - ${name}`);\nis('one is one', isOne(1));\nis('two is two', two() === 2);\nconsole.log('1..2');\n",
};

async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

/**
 * A repository with assets of its own and one target, which is in the cache of evaluations, as if it had been fetched before: nothing
 * asks a registry.
 */
export async function makeEvaluatedRepository(): Promise<World> {
  const world = await World.make({ '.gitignore': '.runs\n' });
  await world.configure({ codex: { path: codexPaths['0.169.0'] } });
  const origin = path.join(world.root, 'origin');
  await put(origin, published);
  const tree = await hashTree(origin);
  await cp(origin, path.join(world.repo, '.runs/eval/cache/trees', tree), { recursive: true });

  const needs = { name: 'needs-of-small', version: '1.0.0' };
  const config = path.join(world.repo, 'evaluation/targets/small');
  const lock = { ...needs, lockfileVersion: 3, requires: true, packages: { '': needs } };
  await put(config, { 'package.json': JSON.stringify(needs), 'package-lock.json': JSON.stringify(lock) });
  const target = {
    name: 'small',
    version: '1.0.0',
    origin: { kind: 'npm', package: 'small', integrity: `sha512-${'A'.repeat(86)}==` },
    tree,
    config: await hashTree(config),
    licence: 'MIT',
    traits: ['commonjs'],
    sources: { include: ['lib'], extensions: ['.js'] },
    tests: [{ command: ['node', 'test/index.js'], reporter: { kind: 'tap' } }],
    baseline: { passed: 2, failed: 0, skipped: 0 },
    refreshedAt: '2020-01-01',
    refreshDays: 90,
  };
  await world.write({ 'evaluation/targets.json': JSON.stringify({ schemaVersion: 1, targets: [target] }) });
  await addAssets(world);
  return world;
}

async function addAssets(world: World): Promise<void> {
  const file = await makeIndex(world.repo, { status: 'candidate', approvals: [], evaluation: undefined });
  const { assets } = JSON.parse(await readFile(file, 'utf8')) as AssetIndex;
  const [first] = assets as [Asset];
  const more = Object.entries(modules).map(([id, transform]) => {
    const text = `export const codemod = { id: '${id}', prefilter: ['oldName'], transform: ${transform} };
export default (file) => codemod.transform(file).source;
`;
    return { id, text, asset: { ...first, id, module: `./${id}.mjs`, optionsSchema: undefined } };
  });
  await put(
    path.join(world.repo, 'patterns/assets'),
    Object.fromEntries(more.map(({ id, text }) => [`${id}.mjs`, text])),
  );
  await put(path.join(world.repo, 'patterns/assets'), { 'prefer-let.mjs': rule });
  const ruleEntry = { ...first, id: 'prefer-let', kind: 'rule', module: './prefer-let.mjs', optionsSchema: undefined };
  const template = { ...first, id: 'a-text', kind: 'template' };
  const all = [...assets, ...more.map(({ asset }) => asset), ruleEntry, template];
  await writeFile(file, `${JSON.stringify({ schemaVersion: 1, assets: all }, undefined, 2)}\n`);
}
