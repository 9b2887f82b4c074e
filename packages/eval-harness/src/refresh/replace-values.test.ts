import fc from 'fast-check';
import { expect, it } from 'vitest';
import { replaceValues } from './replace-values.js';

it('changes a value where it stands, and no white space, order or other value of the same text', () => {
  const text = '{\n  "list": [ { "name":"a", "n": 1 },\n\t{ "n": 1, "name": "b\\"{[" } ],\n  "n": -1e3\n}\n';
  const changes = [
    { path: ['list', 1, 'n'], value: 22 },
    { path: ['list', 1, 'name'], value: 'c"' },
    { path: ['n'], value: 0 },
  ];
  expect(replaceValues(text, changes)).toBe(
    '{\n  "list": [ { "name":"a", "n": 1 },\n\t{ "n": 22, "name": "c\\"" } ],\n  "n": 0\n}\n',
  );
  expect(() => replaceValues(text, [{ path: ['list', 2, 'n'], value: 1 }])).toThrow('list.2.n');
});

/** Paths of all texts and numbers. */
const pathsOf = (value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] => {
  if (typeof value === 'string' || typeof value === 'number') return [at];
  if (Array.isArray(value)) return value.flatMap((each, index) => pathsOf(each, [...at, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...at, key]));
};

const put = (value: unknown, [first, ...rest]: readonly (string | number)[], replacement: unknown): unknown => {
  if (first === undefined) return replacement;
  if (Array.isArray(value))
    return (value as unknown[]).map((each, index) => (index === first ? put(each, rest, replacement) : each));
  const members = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(members.map(([key, each]) => [key, key === first ? put(each, rest, replacement) : each]));
};

it('finds every text and number of any document, however it is indented', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom(undefined, 2, '\t'), fc.string(), (value, at, indent, to) => {
      // Parsed once, as only then a key is what JSON makes of it.
      const document = JSON.parse(JSON.stringify({ value })) as unknown;
      const paths = pathsOf(document);
      const path = paths[at % Math.max(paths.length, 1)];
      if (path === undefined || path.includes('__proto__')) return;
      const changed = replaceValues(JSON.stringify(document, undefined, indent), [{ path, value: to }]);
      expect(JSON.parse(changed)).toEqual(put(document, path, to));
    }),
  );
});
