import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyRecipes } from '../engine/apply-recipes.js';
import { makeMatcher } from '../engine/match.js';
import type { Recipe, Term } from '../engine/term.js';
import { ProgramReader } from '../syntax/parse-program.js';
import { generalize } from './generalize.js';
import { recipeOf } from './recipe.js';
import { showPattern } from '../candidate/describe.js';

const reader = new ProgramReader();

/** The term of an expression; the reader's terms can be compared with each other. */
function expression(source: string): Term {
  const read = reader.read('x.js', `(${source});\n`);
  if ('flaw' in read) throw new Error(`${source}: ${read.flaw}`);
  const [statement] = read.program.fields['body'] as readonly Term[];
  return statement!.fields['expression'] as Term;
}

const { tree: code } = fc.letrec<{ tree: string; list: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b', 'c.d', '1', "'x'", 'this', 'null'),
    fc.tuple(tie('tree'), tie('list')).map(([callee, list]) => `(${callee})(${list})`),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => `(${left} + ${right})`),
    fc.tuple(tie('tree'), tie('tree')).map(([first, second]) => `(${first}, ${second})`),
    fc.tuple(tie('tree'), tie('tree')).map(([test, value]) => `(${test} ? ${value} : b)`),
    tie('tree').map((value) => `!${value}`),
    tie('tree').map((value) => `(function () { return ${value}; })`),
    tie('list').map((list) => `[${list}]`),
    tie('tree').map((value) => `({ k: ${value} })`),
    tie('tree').map((value) => `(p => ${value})`),
  ),
  list: fc.array(tie('tree'), { maxLength: 3 }).map((items) => items.join(', ')),
}));

/** Edits by what stays the same, each with a place for two parts that differ. */
const edits: Record<string, (x: string, y: string) => [string, string]> = {
  rename: (x, y) => [`old(${x}, ${y})`, `fresh(${x}, ${y})`],
  swap: (x, y) => [`old(${x}, ${y})`, `old.swapped(${y}, ${x})`],
  argument: (x, y) => [`old(${x}, ${y})`, `old(${x}, ${y}, true)`],
  option: (x, y) => [`old(${x}, { k: ${y} })`, `old(${x}, { k: ${y}, more: 1 })`],
  wrapper: (x, y) => [`old(${x}, ${y})`, `wrap(old(${x}, ${y}), 'label')`],
  operator: (x, y) => [`(old(${x}) == ${y})`, `(old(${x}) === ${y})`],
  method: (x, y) => [`old(${x}, ${y})`, `(${x}).method(${y})`],
};

const examples = fc.record({
  edit: fc.constantFrom(...Object.keys(edits)),
  parts: fc.array(fc.tuple(code, code), { minLength: 1, maxLength: 4 }),
});

it('gives patterns that all of their examples fit, before and after with the same holes', () => {
  const { match } = makeMatcher();
  fc.assert(
    fc.property(examples, ({ edit, parts }) => {
      const pairs = parts
        .map(([x, y]) => edits[edit]!(x, y))
        .map(([before, after]) => ({ before: expression(before), after: expression(after) }));
      const { before, after, unbound } = generalize(pairs);
      expect(unbound).toEqual([]);
      for (const pair of pairs) {
        const bindings = match(before, pair.before);
        expect(bindings).toBeDefined();
        expect(match(after!, pair.after, bindings)).toBeDefined();
      }
    }),
  );
});

it('gives recipes that make of each example what it became', () => {
  fc.assert(
    fc.property(examples, ({ edit, parts }) => {
      const pairs = parts.map(([x, y]) => edits[edit]!(x, y));
      const generalization = generalize(
        pairs.map(([before, after]) => ({ before: expression(before), after: expression(after) })),
      );
      const recipe = pairs
        .map((_, index) => recipeOf(generalization, index, { names: [], needs: [] }))
        .find((found) => found !== undefined);
      // No example has something wherever another has nothing.
      fc.pre(recipe !== undefined);
      for (const [before, after] of pairs) {
        // A part may hold what is changed too: then the example does not show what the recipe does.
        if (/\bold\b/.test(before.slice(5))) continue;
        const made = applyRecipes(reader, 'x.js', `x = ${before};\n`, [recipe]);
        const [found, wanted] = [made?.output ?? '', `x = ${after};\n`].map((source) => reader.read('x.js', source));
        expect(
          'program' in found! && 'program' in wanted! && found.program.key === wanted.program.key,
          `${before} -> ${made?.output ?? ''}`,
        ).toBe(true);
      }
    }),
  );
});

function recipeFor(...pairs: readonly (readonly [string, string])[]): Recipe {
  const generalization = generalize(
    pairs.map(([before, after]) => ({ before: expression(before), after: expression(after) })),
  );
  return recipeOf(generalization, 0, { names: [], needs: [] })!;
}

describe('a recipe', () => {
  const run = (recipe: Recipe, source: string) => {
    const made = applyRecipes(reader, 'x.js', source, [recipe]);
    return [made?.output, ...(made?.declined ?? [])];
  };
  const rename = recipeFor(['old(a)', 'fresh(a)'], ['old(b, c)', 'fresh(b, c)']);
  const wrap = recipeFor(['old(a)', 'later(() => old(a))'], ['old(b)', 'later(() => old(b))']);
  const method = recipeFor(['get(a, k)', 'a.get(k)'], ['get(b, j)', 'b.get(j)']);
  const negate = recipeFor(['isNot(a, b)', 'a !== b'], ['isNot(c, d)', 'c !== d']);
  const unwrap = recipeFor(['old(() => same(a))', 'fresh(() => a)'], ['old(() => same(b))', 'fresh(() => b)']);
  const double = recipeFor(['old(same(a) * 2)', 'fresh(a * 2)'], ['old(same(b) * 2)', 'fresh(b * 2)']);
  const inStatement = recipeFor(
    ['old(() => { same(a) })', 'fresh(() => { a })'],
    ['old(() => { same(b) })', 'fresh(() => { b })'],
  );
  const twice = recipeFor(['old(a)', 'both(a, a)'], ['old(b)', 'both(b, b)']);

  it.each<[string, Recipe, string, (string | undefined)[]]>([
    ['keeps comments and formatting', rename, 'old( a, // why\n  b )', ['fresh( a, // why\n  b )']],
    [
      'leaves a name alone that is declared inside',
      rename,
      'function f(old) { old(1) }',
      ['function f(old) { old(1) }', 'old is declared inside'],
    ],
    [
      'leaves properties and texts alone',
      rename,
      "x.old(1); 'old(1)'; ({ old() {} })",
      ["x.old(1); 'old(1)'; ({ old() {} })"],
    ],
    ['changes what is inside what it changes', rename, 'old(old(1), [old(2)])', ['fresh(fresh(1), [fresh(2)])']],
    ['does not wrap again', wrap, 'later(() => old(x)); old(y)', ['later(() => old(x)); later(() => old(y))']],
    [
      'takes no await into a function',
      wrap,
      'async () => { old(await x) }',
      ['async () => { old(await x) }', 'a part would lose its meaning in a function'],
    ],
    [
      'puts brackets around what could be torn apart',
      method,
      'get(a + b, c); get(x, y).z',
      ['(a + b).get(c); x.get(y).z'],
    ],
    [
      'puts brackets around an object that would be a block',
      unwrap,
      'old(() => same({ k })); old(() => (same({ k }))); old(() => same(a, b)); old(() => same({ k }.k))',
      ['fresh(() => ({ k })); fresh(() => ({ k })); old(() => same(a, b)); fresh(() => ({ k }.k))'],
    ],
    [
      'puts brackets around an expression that would be a declaration',
      inStatement,
      'old(() => { same(function () {}) }); old(() => { same({ k }) }); old(() => { same([a]) })',
      ['fresh(() => { (function () {}) }); fresh(() => { ({ k }) }); fresh(() => { [a] })'],
    ],
    [
      'puts brackets around a part that would be torn apart in its new place',
      double,
      'old(same(a + b) * 2); old(same(a.b) * 2)',
      ['fresh((a + b) * 2); fresh(a.b * 2)'],
    ],
    ['puts brackets around itself', negate, '!isNot(a, b); f(isNot(a, b))', ['!(a !== b); f(a !== b)']],
    [
      'does not drop comments',
      negate,
      'isNot(a /* left */, b)',
      ['isNot(a /* left */, b)', 'a comment stands in the way'],
    ],
    [
      'evaluates nothing twice',
      twice,
      'old(x.y); old(f())',
      ['both(x.y, x.y); old(f())', 'what would be evaluated more or less often may have an effect'],
    ],
  ])('%s', (_, recipe, source, wanted) => {
    expect(run(recipe, source)).toEqual(wanted);
    expect(run(recipe, wanted[0]!)).toEqual(wanted);
  });
});

it('writes a part where another one was, with the brackets that it needs there', () => {
  fc.assert(
    fc.property(code, code, (x, y) => {
      const [before, after] = [`old(p => ${x}, q => ${y})`, `old.swapped(q => ${y}, p => ${x})`];
      const recipe = recipeFor(
        ['old(p => a, q => b)', 'old.swapped(q => b, p => a)'],
        ['old(p => c, q => d)', 'old.swapped(q => d, p => c)'],
      );
      const made = applyRecipes(reader, 'x.js', `${before};\n`, [recipe]);
      const [found, wanted] = [made?.output ?? '', `${after};\n`].map((source) => reader.read('x.js', source));
      expect(
        'program' in found! && 'program' in wanted! && found.program.key === wanted.program.key,
        made?.output,
      ).toBe(true);
    }),
  );
});

it('links what is the same, and keeps what is equal', () => {
  const shown = showPattern(
    generalize([
      { before: expression('send(a.b, 1, a.b)'), after: expression('post(a.b)') },
      { before: expression('send(f(), 1, f())'), after: expression('post(f())') },
    ]),
  );
  expect(shown).toEqual({ before: 'send($1, 1, $1)', after: 'post($1)' });
});
