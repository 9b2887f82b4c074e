import { testRule } from '../../test/rule-suite.js';
import rule from './no-vacuous-test.js';

const vitest = (code: string) => `import { expect, describe, it, test } from 'vitest';\n${code}`;
const node = (code: string) => `import assert from 'node:assert/strict';\nimport test from 'node:test';\n${code}`;

testRule('no-vacuous-test', rule, {
  valid: [
    vitest("it('adds', () => { expect(add(1, 2)).toBe(3); });"),
    vitest("it('adds', () => expect(add(1, 2)).toBe(3));"),
    vitest("it.each([1, 2])('adds %i', (n) => { expect(add(n)).toBe(n); });"),
    node("test('adds', () => { assert.equal(add(1, 2), 3); });"),
    node("test('adds', (t) => { t.plan(1); t.assert.equal(add(1, 2), 3); });"),
    // The assertion is in a helper, or in what the helper calls.
    vitest("function expectSum(a, b) { check(a, b); } it('adds', () => { expectSum(1, 2); });"),
    vitest("const same = (a) => { if (a !== 3) throw new Error('no'); }; it('adds', () => { same(add(1, 2)); });"),
    vitest("const sum = (a) => expect(a); it('adds', () => { sum(add(1, 2)).toBe(3); });"),
    "import { it } from 'vitest';\nimport { sameTree } from './helpers/trees.js';\nit('keeps the tree', () => { sameTree(a, b); });",
    // The title says that not throwing is the point.
    vitest("it('does not throw on an empty list', () => { sort([]); });"),
    vitest("it('never crashes', () => { sort(null); });"),
    // Validators and compilers assert too.
    vitest("it('accepts a name', () => { schema.parse({ name: 'a' }); });"),
    vitest("it('has types', () => {\n  // @ts-expect-error\n  add('1');\n});"),
    vitest("it('is a number', () => { expectTypeOf(add(1, 2)).toBeNumber(); });"),
    // The runner asserts through what it passes in.
    { code: "it('calls back', (done) => { load(() => done()); });", filename: 'test/load.js' },
    "import test from 'ava';\ntest('adds', (t) => { t.is(add(1, 2), 3); });",
    { code: "it('adds', () => { add(1, 2).should.equal(3); });", filename: 'test/add.js' },
    { code: "it('answers', () => request(app).get('/').expect(200));", filename: 'test/app.js' },
    // Not tests at all.
    'const it = (value) => value; it("x", () => {});',
    { code: "const { it } = own; it('adds', () => { add(); });", filename: 'test/add.js' },
    "it('adds', () => { add(); });",
    vitest("describe('sums', () => {});"),
    vitest("it('is to be written');"),
    vitest("it.todo('adds');"),
    vitest('test.beforeEach(() => { prepare(); });'),
    "import test from 'node:test';\ntest('later', { todo: true }, () => { add(); });",
    // Errors that must come.
    vitest(
      "it('refuses', () => { try { add('x'); expect.fail('no error'); } catch (error) { expect(error.code).toBe('E'); } });",
    ),
    vitest(
      "it('refuses', async () => { expect.assertions(1); try { await add('x'); } catch (error) { expect(error.code).toBe('E'); } });",
    ),
    vitest("it('refuses', async () => { expect(await add('x').catch((error) => error)).toBeInstanceOf(TypeError); });"),
    vitest(
      "it('refuses', async () => { try { await add('x'); throw new Error('no error'); } catch (error) { expect(error.code).toBe('E'); } });",
    ),
    vitest("it('adds', () => { if (skip) { return; } expect(add(1, 2)).toBe(3); });"),
    // Comparisons that can fail.
    vitest("it('is pure', () => { expect(add(1, 2)).toBe(add(1, 2)); });"),
    vitest("it('differs', () => { expect(a).not.toBe(b); expect(NaN).toBe(NaN); });"),
    vitest("it('fails', () => { if (x) expect(true).toBe(false); else expect(y).toBe(1); });"),
    // Skipped for a reason, or by a condition.
    vitest("// Windows has no such signal.\nit.skip('ends', () => { expect(end()).toBe(1); });"),
    vitest("it.skip('ends (#123)', () => { expect(end()).toBe(1); });"),
    vitest("it.skipIf(windows)('ends', () => { expect(end()).toBe(1); });"),
    "import test from 'node:test';\ntest('ends', { skip: 'no such signal here' }, () => { end(); });",
    "import { test } from '@playwright/test';\ntest.skip(({ browserName }) => browserName === 'webkit', 'no support');",
    { code: vitest("it.skip('ends', () => { expect(end()).toBe(1); });"), options: [{ skips: false }] },
    { code: vitest("it('adds', () => { proves(add(1, 2)); });"), options: [{ assertFunctions: ['^proves$'] }] },
    { code: vitest("it('is assignable', () => { const _shape: Shape = make(); });"), ts: true },
    { code: vitest("it('is assignable', () => { make() satisfies Shape; });"), ts: true },
  ],
  invalid: [
    { code: vitest("it('adds', () => {});"), errors: [{ messageId: 'empty' }] },
    {
      code: vitest("it('adds', async () => { const sum = await add(1, 2); });"),
      errors: [{ messageId: 'noAssertion' }],
    },
    { code: vitest("it.concurrent('adds', () => { expect(add(1, 2)); });"), errors: [{ messageId: 'noAssertion' }] },
    { code: vitest("it('adds', () => { console.log(add(1, 2)); });"), errors: [{ messageId: 'noAssertion' }] },
    {
      code: vitest("const prepare = () => { load(); }; it('adds', () => { prepare(); });"),
      errors: [{ messageId: 'noAssertion' }],
    },
    { code: node("test('adds', () => { add(1, 2); });"), errors: [{ messageId: 'noAssertion' }] },
    {
      code: "const test = require('node:test');\ntest('adds', () => { add(1, 2); });",
      errors: [{ messageId: 'noAssertion' }],
    },
    {
      code: "describe('sums', () => { it('adds', function () { add(1, 2); }); });",
      filename: 'src/add.test.js',
      errors: [{ messageId: 'noAssertion' }],
    },
    {
      code: vitest(
        "it('refuses', async () => { try { await add('x'); } catch (error) { expect(error.code).toBe('E'); } });",
      ),
      errors: [{ messageId: 'onlyInCatch' }],
    },
    {
      code: vitest(
        "it('refuses', () => { try { schema.parse('x'); } catch (error) { expect(error.code).toBe('E'); } });",
      ),
      errors: [{ messageId: 'onlyInCatch' }],
    },
    {
      code: vitest("it('refuses', () => add('x').catch((error) => { expect(error.code).toBe('E'); }));"),
      errors: [{ messageId: 'onlyInCatch' }],
    },
    {
      code: vitest("it('adds', () => { const sum = add(1, 2); return; expect(sum).toBe(3); });"),
      errors: [{ messageId: 'afterReturn' }],
    },
    {
      code: vitest("it('adds', () => { add(1, 2); expect(true).toBe(true); });"),
      errors: [{ messageId: 'tautology' }],
    },
    {
      code: vitest("it('adds', () => { const sum = add(1, 2); expect(sum).toEqual(sum); });"),
      errors: [{ messageId: 'tautology' }],
    },
    {
      code: vitest("it('adds', () => { add(1, 2); expect(true).toBeTruthy(); });"),
      errors: [{ messageId: 'tautology' }],
    },
    { code: node("test('adds', () => { add(1, 2); assert.ok(true); });"), errors: [{ messageId: 'tautology' }] },
    {
      code: node("test('adds', () => { add(1, 2); assert(true); assert.equal(1, 1); });"),
      errors: [{ messageId: 'tautology' }, { messageId: 'tautology' }],
    },
    { code: vitest("it.skip('adds', () => { expect(add(1, 2)).toBe(3); });"), errors: [{ messageId: 'skipped' }] },
    {
      code: vitest("describe.skip('sums', () => { it('adds', () => { expect(add(1, 2)).toBe(3); }); });"),
      errors: [{ messageId: 'skipped' }],
    },
    {
      code: "xit('adds', () => { expect(add(1, 2)).toBe(3); });",
      filename: 'src/add.spec.js',
      errors: [{ messageId: 'skipped' }],
    },
    {
      code: "import test from 'node:test';\ntest('adds', { skip: true }, () => { add(); });",
      errors: [{ messageId: 'skipped' }],
    },
    {
      code: "import { it, scenario } from 'vitest';\nscenario('adds', () => {});",
      options: [{ testFunctions: ['scenario'] }],
      errors: [{ messageId: 'empty' }],
    },
    {
      code: vitest("it('adds', () => { const sum: number = add(1, 2); expect(sum as number).toBe(sum!); });"),
      ts: true,
      errors: [{ messageId: 'tautology' }],
    },
  ],
});
