import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import jscodeshift, { type Collection } from 'jscodeshift';
import { describe, expect, it } from 'vitest';
import { installFastFind } from '../src/lane/fast-find.js';

const { resolve } = createRequire(import.meta.url);
const folders = [
  path.dirname(resolve('jscodeshift/src/core.js')),
  path.join(path.dirname(resolve('jscodeshift/src/core.js')), 'collections'),
  path.join(import.meta.dirname, '../src/lane'),
  path.join(import.meta.dirname, '../src/catalogue'),
  path.join(import.meta.dirname, '../src/application'),
  import.meta.dirname,
];

/** Real sources: CommonJS, ES modules and TypeScript. */
const corpus = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.(js|ts)$/.test(name))
    .map((name) => path.join(folder, name)),
);

const odd = `
label: for (const [a, , b = 1, ...c] of d) { if (a) continue label; else throw new (class extends e { #x = 1; static { f(); } get y() { return this.#x; } })(); }
export default async function* g({ h, ...i }, j = \`\${k}\${l}\`) { try { yield* m?.[n]?.(o ??= 1n); } catch { await p; } finally { delete q.r; } }
export * as s from 't'; import u, { v as w } from 'x'; export { w as y };
const z = <A b="c" {...d}><>{/* e */}text{f}</></A>; const re = /x/g, t = tag\`a\${1}\`; do { ; } while (0); switch (1) { case 1: default: }
// a comment
({ a, [b]: 1, 'c': 2, get d() { return 1; }, async *e() {}, ...f }); function nt() { new.target; } import.meta; import('x');
`;

const types = [
  'Node',
  'Identifier',
  'CallExpression',
  'Expression',
  'Statement',
  'Function',
  'Literal',
  'StringLiteral',
  'MemberExpression',
  'ImportDeclaration',
  'JSXElement',
  'TSType',
  'Property',
  'ObjectProperty',
  'Pattern',
  'Declaration',
  'Comment',
  'CommentLine',
  'Flow',
  'File',
  'Program',
] as const;

/** The same question, answered by both on the same tree: ours first, as jscodeshift's own fills in what nodes lack. */
function bothWays(
  root: Collection,
  ask: (root: Collection) => readonly unknown[],
): [readonly unknown[], readonly unknown[]] {
  const restore = installFastFind(jscodeshift);
  let fast: readonly unknown[];
  try {
    fast = ask(root);
  } finally {
    restore();
  }
  return [fast, ask(root)];
}

const parse = (source: string, parser: string): Collection => jscodeshift.withParser(parser)(source) as Collection;
const named = (type: string) => (jscodeshift as unknown as Record<string, never>)[type]!;

function expectSame(root: Collection, ask: (root: Collection) => readonly unknown[]): number {
  const [fast, own] = bothWays(root, ask);
  expect(fast.length).toBe(own.length);
  // The very same path objects, in the same order.
  expect(fast.findIndex((found, index) => found !== own[index])).toBe(-1);
  return own.length;
}

describe('the faster find', () => {
  it('finds the same paths in the same order in real sources', () => {
    expect(corpus.length).toBeGreaterThan(40);
    let found = 0;
    for (const file of corpus) {
      const root = parse(readFileSync(file, 'utf8'), file.endsWith('.ts') ? 'ts' : 'babel');
      found += expectSame(root, (from) => types.flatMap((type) => from.find(named(type)).paths()));
    }
    expect(found).toBeGreaterThan(10_000);
  });

  it.each(['babel', 'tsx', 'babylon'])('finds the same in every kind of syntax that %s knows', (parser) => {
    expectSame(parse(odd, parser), (from) => types.flatMap((type) => from.find(named(type)).paths()));
  });

  it('throws what jscodeshift throws at a node that it does not know', () => {
    const root = parse('class A { #x = 1; }', 'flow');
    const restore = installFastFind(jscodeshift);
    try {
      expect(() => root.find(jscodeshift.Identifier)).toThrow('did not recognize object of type "PropertyDefinition"');
    } finally {
      restore();
    }
  });

  it('finds the same with filters, within what was found, and after the tree was changed', () => {
    const source = readFileSync(corpus[0]!, 'utf8') + odd;
    const ask = [
      (root: Collection) => root.find(jscodeshift.CallExpression, { callee: { name: 'require' } }).paths(),
      (root: Collection) => root.find(jscodeshift.Function).find(jscodeshift.Identifier).paths(),
      (root: Collection) => root.find(jscodeshift.Identifier, (node: { name: string }) => node.name > 'm').paths(),
      (root: Collection) => root.find(jscodeshift.Identifier).find(jscodeshift.Identifier).paths(),
    ];
    for (const question of ask) {
      const root = parse(source, 'babel');
      expectSame(root, question);
      root.find(jscodeshift.VariableDeclaration).at(0).remove();
      root.find(jscodeshift.CallExpression).at(1).replaceWith(jscodeshift.identifier('replaced'));
      root
        .find(jscodeshift.ExpressionStatement)
        .at(0)
        .insertBefore(jscodeshift.expressionStatement(jscodeshift.identifier('inserted')));
      expectSame(root, question);
    }
  });
});
