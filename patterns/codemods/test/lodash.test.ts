import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codemod } from '../src/transforms/lodash-to-native.js';

const require = createRequire(import.meta.url);

const scalar: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, NaN, -0, 0, 1, true, false, '', 'a', 'abc', 10n, Symbol.iterator),
  fc.string({ maxLength: 4 }),
  fc.integer({ min: -2, max: 3 }),
);
const array: fc.Arbitrary<readonly unknown[]> = fc.oneof(
  fc.array(scalar, { maxLength: 4 }),
  fc.sparseArray(scalar, { maxNumElements: 3, maxLength: 5 }),
);
const key = fc.constantFrom('a', 'b', 'length', '0', '1');
/** What lodash has answers of its own for. */
const odd = fc.constantFrom<() => unknown>(
  () => Object.create(null),
  () => Object('abc'),
  () => Object(NaN),
  () => Object.create([1, 2]),
  () => Object.freeze([1, 2]),
  () => new Map([['a', 1]]),
  () => new Set([1]),
  () => new Uint8Array(2),
  () => new Date(0),
  () => (first: unknown) => first,
);
const value = fc.oneof(
  scalar,
  array,
  fc.dictionary(key, scalar, { maxKeys: 3 }),
  array.map((items): unknown => Object.assign({}, items, { length: items.length })),
  fc.dictionary(key, scalar, { maxKeys: 2 }).map((own) => Object.assign(Object.create({ a: 1 }) as object, own)),
  odd.map((make) => make()),
);
/** Two values; often the one is in the other, to be found there. */
const pair = fc.oneof(
  fc.tuple(value, value),
  fc
    .tuple(array, fc.oneof(scalar, fc.constantFrom(NaN, undefined)))
    .map(([items, item]): [unknown, unknown] => [[...items, item], item]),
);

/** What stands before a call, and the call's first argument: of nothing known, and of kinds that the codemod can prove. */
const firsts: readonly (readonly [before: string, first: string])[] = [
  ['', 'a'],
  ["if (!Array.isArray(a)) return 'other';", 'a'],
  ["if (typeof a !== 'string') return 'other';", 'a'],
  ['const list = [a, b, 1];', 'list'],
  ['', '[1, , a]'],
  ['', '[...a]'],
  ['', 'Object.keys(a)'],
  ['', 'Array.from(a)'],
  ['', "'a,b'.split(',')"],
  ['', '_.filter(a)'],
  ['', 'String(a)'],
  ['', '`${b}`'],
  ['', '{ a: a, b: 1 }'],
  ['', '{ length: 2, 0: a }'],
];
const callbacks = [
  '(x) => x',
  '(x, i, all) => { log.push(i, all.length); }',
  '(x) => x === b',
  '(x) => { log.push(x); return x; }',
  '(x) => { throw x; }',
  '(x) => false',
  'function (x) { log.push(arguments.length); return [x]; }',
];
const seconds: Readonly<Record<string, readonly string[]>> = {
  callback: [...callbacks, "'a'", 'b'],
  accumulated: callbacks.slice(0, 5).flatMap((each) => [each, `${each}, b`]),
  searched: ['b', "'a'", 'String(b)', '0', 'b, 1'],
  keyed: ["'a'", "'length'", "'toString'", "'a.b'", "'0'", 'b'],
  none: ['', 'b'],
};
const methods = Object.entries({
  callback: 'map filter some every each forEach find findIndex',
  accumulated: 'reduce',
  searched: 'includes indexOf startsWith endsWith join',
  keyed: 'has',
  none: 'toUpper toLower keys values toPairs first head last size compact join isArray isUndefined isNull isNil',
}).flatMap(([kind, names]) => names.split(' ').map((name) => [name, seconds[kind] ?? []] as const));

function* programsOf(method: string, rest: readonly string[]): Generator<string> {
  for (const [before, first] of firsts) {
    for (const second of rest) {
      const call = `_.${method}(${second === '' ? first : `${first}, ${second}`})`;
      for (const body of [`const result = ${call};\n  return result;`, `(${call});`, `return !${call} || b;`])
        yield `const _ = require('lodash');\nmodule.exports = (a, b, log) => {\n  ${before}\n  ${body}\n};\n`;
    }
  }
}

type Run = (a: unknown, b: unknown, log: unknown[]) => unknown;

function load(source: string): Run {
  const module: { exports: unknown } = { exports: undefined };
  const run = compileFunction(source, ['module', 'require']) as (...given: unknown[]) => void;
  run(module, require);
  return module.exports as Run;
}

/** What somebody can see of a run: its answer or that it threw, and what the callback was told. */
function seenOf(run: Run, a: unknown, b: unknown): unknown {
  const log: unknown[] = [];
  try {
    return { result: run(a, b, log), log };
  } catch {
    return { threw: true, log };
  }
}

test.each(methods)('what %s becomes gives what lodash gives, for whatever comes', (method, rest) => {
  let rewritten = 0;
  for (const source of programsOf(method, rest)) {
    const result = codemod.transform({ path: 'a.js', source });
    if (result.changes === 0) continue;
    rewritten += 1;
    const [before, after] = [load(source), load(result.source)];
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(seenOf(after, a, b), result.source).toStrictEqual(seenOf(before, a, b));
      }),
      { numRuns: 12 },
    );
  }
  expect(rewritten).toBeGreaterThan(0);
});
