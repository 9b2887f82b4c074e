import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import jscodeshift, { type JSCodeshift } from 'jscodeshift';
import { describe, expect, it } from 'vitest';
import { installFastRecast } from '../src/lane/recast/install.js';
import { edit } from './edited-tree.js';

const { resolve } = createRequire(import.meta.url);
const jscodeshiftSources = path.dirname(resolve('jscodeshift/src/core.js'));
const folders = [
  jscodeshiftSources,
  path.join(jscodeshiftSources, 'collections'),
  path.join(import.meta.dirname, '../src/lane'),
  path.join(import.meta.dirname, '../src/application'),
];

const odd = `#!/usr/bin/env node
/* leading */ 'use strict'; // trailing
label: for (const [a, , b = 1, ...c] of d) { if (a) continue label; else throw new (class extends e { #x = 1; static { f(); } get y() { return this.#x; } })(); }
export default async function* g({ h, ...i }, j = \`\${k}\${l}\`) { try { yield* m?.[n]?.(o ??= 1n); } catch { await p; } finally { delete q.r; } }
export * as s from 't'; import u, { v as w } from 'x'; export { w as y }; export const aa = (1, 2), bb = (cc) => ({ dd: 1 });
const z = <A b="c" {...d}><>{/* e */}text{f}</></A>; const re = /x/g, t = tag\`a\${1}\`; do { ; } while (0); switch (1) { case 1: default: }
for (var ii = 0, jj = (kk in ll); ii < 10; ii++) for (;;) { break; }
(function () { return (/* inside */ a + b) * c; })(), (() => {})?.(), ({ a } = b), new (foo().bar)(), (-1) ** 2, (a, b), ((c)), !(d instanceof E);
\t// indented by a tab
\t({ a, [b]: 1, 'c': 2, get d() { return 1; }, async *e() {}, ...f }); function nt() { new.target; } import.meta; import('x');
return"asdf"in g ? typeof(h) : void(0); if (a) b; else if (c) { d } // the end`;

const typed = `
@decorated({ a: 1 }) export abstract class A<T extends B = C> extends D implements E, F { @inner private readonly x?: number = 1; constructor(@p public y: string) { super(); } get z(): T { return this.x!; } abstract q(): void; }
type F1 = (a: string, ...b: number[]) => A | B & C; interface G { (a: number): string; new (a: number): G; readonly [k: string]: unknown; }
enum H { a = 1, b = 'x' } namespace I { export const j = k as unknown as L; } declare module 'm' { export = n; }
const o = <T,>(p: T): p is NonNullable<T> => p satisfies Q; function r(this: S, t?: typeof u): asserts t is V; export type { W } from 'x'; let y = z!;
`;

const flow = `
type A = { a: number, +b?: string, [c: string]: boolean, d(): void }; type B = (string) => void; type C = (a: string, b: ?number) => Array<D>;
function f(x: (?string) => void, ...y: Array<{| a: 1 |}>): E & (F | G) { return (x: any); } export type { H } from 'i'; opaque type J: K = L;
`;

const read = (folder: string): [string, string, string][] =>
  readdirSync(folder)
    .filter((name) => /\.(js|ts)$/.test(name))
    .map((name) => [name.endsWith('.ts') ? 'ts' : 'babel', name, readFileSync(path.join(folder, name), 'utf8')]);

const sources: [parser: string, name: string, source: string][] = [
  ...folders.flatMap(read),
  ...['babel', 'babylon', 'tsx'].map((parser): [string, string, string] => [parser, 'odd', odd]),
  ['tsx', 'odd with CRLF', odd.replaceAll('\n', '\r\n')],
  ['ts', 'typed', typed],
  ['flow', 'flow', flow],
  ['babel', 'empty', ''],
  ['tsx', 'comment only', '\n  // nothing else\n'],
];

/** The same, once with recast's own parts and once with ours. */
function bothWays<T>(act: () => T): [own: T, fast: T] {
  const own = act();
  const restore = installFastRecast();
  try {
    return [own, act()];
  } finally {
    restore?.();
  }
}

/** What two trees have in common is passed over; gives the place of the first difference. */
function difference(
  one: unknown,
  other: unknown,
  place: string,
  seen = new Map<unknown, unknown>(),
): string | undefined {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return Object.is(one, other) ? undefined : `${place}: ${String(one)} ${String(other)}`;
  if (seen.has(one)) return seen.get(one) === other ? undefined : `${place}: another object`;
  seen.set(one, other);
  const [names, otherNames] = [Object.getOwnPropertyNames(one), Object.getOwnPropertyNames(other)];
  if (names.join() !== otherNames.join()) return `${place}: ${names.join()} ${otherNames.join()}`;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return `${place}: another prototype`;
  for (const name of names) {
    const [a, b] = [one, other].map((each) => Object.getOwnPropertyDescriptor(each, name)!) as [
      PropertyDescriptor,
      PropertyDescriptor,
    ];
    if (a.enumerable !== b.enumerable || a.writable !== b.writable || a.configurable !== b.configurable)
      return `${place}.${name}: another kind of field`;
    const found = difference(a.value, b.value, `${place}.${name}`, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function printed(j: JSCodeshift, source: string, seed: number): string {
  try {
    const root = j(source);
    edit(j, (root.get() as { value: object }).value, seed);
    return root.toSource(seed % 2 === 0 ? {} : { quote: 'single', lineTerminator: '\r\n' });
  } catch (error) {
    return String(error);
  }
}

describe('the faster recast', () => {
  it('knows the recast that is installed, and puts its parts back', () => {
    const load = createRequire(createRequire(resolve('jscodeshift')).resolve('recast'));
    const patcher = load('recast/lib/patcher') as { getReprinter: unknown };
    const own = patcher.getReprinter;
    const restore = installFastRecast();
    expect(patcher.getReprinter).not.toBe(own);
    restore?.();
    expect(patcher.getReprinter).toBe(own);
  });

  it('parses to the same tree, down to the tokens of each node', () => {
    expect(sources.length).toBeGreaterThan(35);
    for (const [parser, name, source] of sources) {
      const j = jscodeshift.withParser(parser);
      const [own, fast] = bothWays(() => (j(source).get() as { value: unknown }).value);
      expect([name, difference(own, fast, '')]).toEqual([name, undefined]);
    }
  });

  it('prints the same after any change', () => {
    let changed = 0;
    let failed = 0;
    for (const [parser, name, source] of sources) {
      const j = jscodeshift.withParser(parser);
      const seeds = name.includes('.') ? 1 : 30;
      for (let seed = 1; seed <= seeds; seed += 1) {
        const [own, fast] = bothWays(() => printed(j, source, seed));
        expect([name, seed, fast]).toEqual([name, seed, own]);
        if (own !== source) changed += 1;
        if (/^\w*Error/.test(own)) failed += 1;
      }
    }
    expect(changed).toBeGreaterThan(150);
    expect(failed).toBeLessThan(changed / 4);
  });
});
