import { expect, test } from 'vitest';
import { parseModule } from './parse.js';

test('a file tells by its syntax whether it is a module, and a top-level return is CommonJS', () => {
  expect(parseModule({ path: 'a.js', source: 'export const a = <div />;' }).esm).toBe(true);
  expect(parseModule({ path: 'a.js', source: 'with (a) {}\nreturn 1;' }).esm).toBe(false);
});

test('a syntax error names its place', () => {
  expect(() => parseModule({ path: 'a.js', source: 'a\n  b =' })).toThrow(/^a\.js:2:\d+ cannot be parsed: /);
});

test('a byte order mark and a hashbang keep offsets right', () => {
  const { program, source } = parseModule({ path: 'a.js', source: '\uFEFFa;' });
  expect(source.slice(...program.body[0]!.range)).toBe('a;');
  expect(parseModule({ path: 'a.js', source: '#!/usr/bin/env node\na;' }).program.body[0]!.range).toEqual([20, 22]);
});

test.each([
  ['brackets', '['.repeat(100_000)],
  ['functions', '(() => {'.repeat(100_000)],
  ['conditions', 'a ? b : '.repeat(100_000)],
])('a file of %s without end is a syntax error, and never ends the process', (_, source) => {
  expect(() => parseModule({ path: 'a.js', source })).toThrow(/nested too deeply/);
});

test('a long sum is no deep nesting for the tree', () => {
  expect(parseModule({ path: 'a.js', source: 'a' + ' + a'.repeat(20_000) }).program.body).toHaveLength(1);
});

test('Flow is a syntax error, for its meaning is not known', () => {
  expect(() => parseModule({ path: 'a.js', source: 'function f(a: ?string) {}' })).toThrow(/cannot be parsed/);
});
