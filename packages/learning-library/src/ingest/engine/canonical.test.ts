import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import jscodeshift from 'jscodeshift';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { languageOf } from '../syntax/parse-program.js';
import { makeCanonicalizer } from './canonical.js';
import type { Term } from './term.js';

/** What a term says, and where its nodes lie. */
function show(term: Term, depth = 0): string {
  const place = term.start < 0 || /^(TemplateElement|Program|TS)$/.test(term.type) ? '' : ` ${term.start}-${term.end}`;
  const inner = Object.entries(term.fields).map(
    ([name, field]) =>
      `${name}: ${[field]
        .flat()
        .map((item) => show(item, depth + 1))
        .join('')}`,
  );
  return `\n${' '.repeat(depth)}${term.type} ${term.value}${place} ${inner.join(' ')}`;
}

function readBoth(file: string, source: string): [string, string] {
  const lang = languageOf(file) ?? 'jsx';
  const canonicalizer = makeCanonicalizer();
  const oxc = parseSync(file, source, {
    lang,
    sourceType: 'module',
    astType: 'ts',
    range: true,
    preserveParens: false,
  });
  expect(oxc.errors).toEqual([]);
  const even = source.replace(/\r\n/g, ' \n').replace(/[\t\v\f\u00a0\ufeff]/g, ' ');
  const babel: unknown = jscodeshift
    .withParser(lang === 'ts' ? 'ts' : 'tsx')(even)
    .nodes()[0];
  // A node that Babel does not have has no place there.
  const clean = (text: string): string => text.replace(/(FunctionExpression [a-z ]*?) \d+-\d+/g, '$1');
  return [clean(show(canonicalizer.read(oxc.program, source))), clean(show(canonicalizer.read(babel, source)))];
}

describe('the trees of oxc and of jscodeshift become the same term', () => {
  it.each([
    ['literals.js', "'use strict';\nx = [1, 0x10, 1e3, 10n, /a/gi, null, true, 'a\\n', `a${b}c`, , undefined];\n"],
    [
      'chains.js',
      'a?.b.c?.(1)?.[d].e;\n(a?.b).c;\ndelete a.b;\nnew Foo;\nnew Foo(...x);\nimport("x");\nimport.meta.url;\ntag`x${1}`;\n',
    ],
    [
      'objects.js',
      "o = { m() {}, get a() { return 1 }, set a(v) {}, async *g() {}, [k]: 1, 'q': 2, p, ...z, f: function () {} };\nconst { p, q: [r = 1, ...s], ...t } = o;\n",
    ],
    [
      'classes.js',
      'class A extends B { #x = 1; static async *m(a) { return this.#x; } get z() { return 1 } constructor() { super(); } static { f(); } static y = 2; }\n',
    ],
    [
      'modules.js',
      "import a, { b as c, default as d } from 'x';\nimport * as ns from 'y';\nexport default async () => { for await (const x of y) {} };\nexport { a as b };\nexport * from 'y';\nexport const e = 1;\n",
    ],
    [
      'statements.js',
      'l: for (;;) { break l }\nif (a == null) throw e; else { try { f() } catch { g() } finally {} }\na ||= b;\nswitch (a) { case 1: default: x() }\ndo x++; while (--y);\nfor (const k in o) ;\n',
    ],
    ['blanks.js', '\ufefffoo(\t1,\r\n\u00a0 2);\r\n\tbar();\r\n'],
    ['elements.jsx', 'x = <div a="x" {...p} b={c}>hi {x} <A.B /><></></div>;\n'],
    [
      'types.ts',
      'import type { T } from "t";\nlet a = b as T<X>;\nlet c = d!;\nfunction f<T>(this: X, x: T, y?: number): y is string { return f<T>(x) }\ninterface I { a: string }\ntype Y = I | { b: 1 };\nenum E { A }\nabstract class K<T> extends L<T> implements I { private readonly z: string = "a"; declare q: 1; constructor(private x: number) { super() } }\nlet s = { a } satisfies I;\nlet k = <T>j;\ndeclare module "m" { }\n',
    ],
  ])('%s', (file, source) => {
    const [oxc, babel] = readBoth(file, source);
    expect(babel).toBe(oxc);
  });

  it('for the sources of this package', () => {
    const folder = fileURLToPath(new URL('../', import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[jt]s$/.test(file));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const [oxc, babel] = readBoth(file, readFileSync(path.join(folder, file), 'utf8'));
      expect(babel, file).toBe(oxc);
    }
  });
});

it('gives up where a tree is too deep', () => {
  const source = `x = ${'['.repeat(500)}${']'.repeat(500)}`;
  const { program } = parseSync('x.js', source, { astType: 'ts', range: true });
  expect(() => makeCanonicalizer().read(program, source)).toThrow('nested too deeply');
});
