import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { applyAssets } from '../src/index.js';
import { asset, read, repository } from './world.js';
import { temporaryFolder } from './temporary-folder.js';

const { resolve } = createRequire(import.meta.url);
const sources = path.dirname(resolve('jscodeshift/src/core.js'));

/** Changes much, in the ways in which transforms do. */
const transform = `
export default function transform(file, { j }) {
  const root = j(file.source);
  root.find(j.CallExpression, { callee: { name: 'require' } }).forEach((path) => {
    path.node.arguments = [j.literal('x:' + path.node.arguments[0].value)];
  });
  root.find(j.VariableDeclaration, { kind: 'var' }).forEach((path) => { path.node.kind = 'let'; });
  root.find(j.FunctionExpression).filter((path) => path.node.params.length === 1).replaceWith((path) =>
    j.arrowFunctionExpression(path.node.params, path.node.body));
  root.find(j.IfStatement).at(0).insertBefore(j.expressionStatement(j.callExpression(j.identifier('added'), [])));
  return root.toSource();
}
`;

function corpus(): Record<string, string> {
  const files: Record<string, string> = {};
  const names = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  for (const [index, name] of names.entries()) {
    const source = readFileSync(path.join(sources, name), 'utf8');
    // recast rewrites such a file as a whole, and so has this to do.
    files[name] = index % 3 === 0 ? source.replaceAll('\n', '\r\n') : source;
  }
  return {
    ...files,
    'types.ts': 'export const a: number = require("b") as number;\n',
    'broken.js': 'const = ;\n',
    'shebang.mjs': '#!/usr/bin/env node\nvar a = require("b");\n',
    'bom.js': '\uFEFFvar a = function (b) { return b; };\n',
  };
}

it('writes, where it is asked to, what the command of jscodeshift writes, byte by byte', async () => {
  const root = await repository(corpus());
  const theirs = path.join(await temporaryFolder(), 'theirs');
  await cp(root, theirs, { recursive: true });
  const one = await asset(transform);
  const cli = path.join(path.dirname(resolve('jscodeshift/package.json')), 'bin', 'jscodeshift.js');
  const names = Object.keys(corpus());
  execFileSync(process.execPath, [cli, '--transform', one.module, '--extensions=js,mjs,ts', '.'], { cwd: theirs });

  const result = await applyAssets({ root, assets: [one], compat: true });
  expect(result.changed.length).toBeGreaterThan(15);
  expect(result.failures.map((failure) => failure.path)).toEqual(['broken.js', 'types.ts']);
  for (const name of names) expect([name, await read(root, name)]).toEqual([name, await read(theirs, name)]);
});
