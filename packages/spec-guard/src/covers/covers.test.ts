import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { CoverIndex } from './cover-index.js';
import { compileGlob, globProblem } from './glob.js';

const name = fc.constantFrom('a', 'b', 'ab', '.c', 'a.ts', 'b.ts');
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
const part = fc.constantFrom('a', 'b', 'ab', '.c', '*', '**', '*.ts', 'a*', '?', '{a,b}', '[ab]', 'a.ts');
const glob = fc
  .array(part, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/'))
  .filter((text) => globProblem(text) === undefined);

describe('a glob', () => {
  it('means what it means to picomatch, with dots like other names', () => {
    fc.assert(
      fc.property(glob, path, (pattern, one) => {
        expect(compileGlob(pattern)(one)).toBe(picomatch.isMatch(one, pattern, { dot: true }));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    '',
    '/a',
    'C:/a',
    '../a',
    'a/./b',
    'a//b',
    'a\\b',
    '!a',
    '+(a|aa)',
    'a*a*a*a',
    '**/a/**/b/**/c/**',
    '{1..99}',
    'a\nb',
    'x'.repeat(301),
  ])('that is refused has a reason: %j', (text) => {
    expect(globProblem(text)).toMatch(/^it |^one |^extended |^ranges /);
  });
});

describe('the index of covers', () => {
  it('finds the owners that comparing every glob finds', () => {
    fc.assert(
      fc.property(fc.array(glob, { maxLength: 12 }), path, (globs, one) => {
        const index = new CoverIndex<number>();
        for (const [owner, text] of globs.entries()) index.add(text, owner);
        const expected = globs.flatMap((text, owner) => (compileGlob(text)(one) ? [owner] : []));
        expect([...index.ownersOf(one)].sort((a, b) => a - b)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('names an owner once, however many of its globs match', () => {
    const index = new CoverIndex<string>();
    for (const text of ['a/**', 'a/b/**', '**']) index.add(text, 'owner');
    expect(index.ownersOf('a/b/c.ts')).toEqual(['owner']);
  });
});
