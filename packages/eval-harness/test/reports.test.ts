import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomesById } from '../src/test-report/test-case.js';
import { parseReport, type TestCase, TestReportError } from '../src/index.js';

const recorded = (name: string): Promise<string> =>
  readFile(path.join(import.meta.dirname, 'fixtures/reports', `${name}.txt`), 'utf8');

const short = (cases: readonly TestCase[]): string[] => cases.map(({ name, outcome }) => `${outcome} ${name}`);

const less = { kind: 'lines', passed: '^- (.+): OK$', failed: '^- (.+): FAIL$' } as const;

describe('a recorded report', () => {
  it('of tape names each assertion after its test, and skips what is skipped or still to do', async () => {
    expect(short(parseReport({ kind: 'tap' }, await recorded('tape'), '/'))).toEqual([
      'passed adds > should be strictly equal',
      'failed adds > one is two',
      'passed adds > should be strictly equal',
      'skipped marks > holds',
      'skipped marks > some day',
    ]);
  });

  it('of Node’s own test runner names each test after those around it', async () => {
    expect(short(parseReport({ kind: 'tap' }, await recorded('node-test'), '/'))).toEqual([
      'passed numbers > adds',
      'failed numbers > breaks',
      'skipped numbers > waits',
      'failed numbers',
      'passed alone',
    ]);
  });

  it('of mocha is found behind what tests print, and a failed hook counts', async () => {
    expect(short(parseReport({ kind: 'mocha-json' }, await recorded('mocha-json'), '/'))).toEqual([
      'passed numbers adds',
      'passed numbers adds',
      'failed numbers breaks',
      'failed numbers hooks "before all" hook for "never runs"',
      'skipped numbers waits',
    ]);
  });

  it('of lab names tests after their experiments', async () => {
    expect(short(parseReport({ kind: 'lab-json' }, await recorded('lab-json'), '/'))).toEqual([
      'passed numbers > adds',
      'failed numbers > breaks',
      'passed numbers > waits',
    ]);
  });

  it('of vows is read also where a test prints without an end of line', async () => {
    expect(short(parseReport({ kind: 'vows-json' }, await recorded('vows-json'), '/'))).toEqual([
      'passed numbers > when added > are more',
      'failed numbers > when added > are less',
      'skipped numbers > when added > wait',
    ]);
  });

  it('of Vitest names files relative to the target, and counts one that cannot be loaded', async () => {
    expect(short(parseReport({ kind: 'vitest-json' }, await recorded('vitest-json'), '/target'))).toEqual([
      'failed broken.test.mjs > (the file)',
      'passed vi.test.mjs > numbers adds',
      'failed vi.test.mjs > numbers breaks',
      'skipped vi.test.mjs > numbers waits',
    ]);
  });

  it('of less, one test a line and coloured, is read by expressions', async () => {
    expect(short(parseReport(less, await recorded('less-lines'), '/'))).toEqual([
      'passed Integration - creating parser without options',
      'passed test/less/charsets',
      'passed test/less/errors/import-no-semi',
      'passed test/less/errors/import-subfolder1',
      'passed test/less/errors/import-subfolder2',
      'failed test/less/errors/javascript-error',
    ]);
  });
});

const reporters = [
  { kind: 'tap' },
  { kind: 'mocha-json' },
  { kind: 'lab-json' },
  { kind: 'vows-json' },
  { kind: 'vitest-json' },
  less,
] as const;

it.each(reporters)(
  'a program that crashed before its report of the kind $kind is no report without tests',
  (reporter) => {
    expect(() => parseReport(reporter, 'ReferenceError: x is not defined\n{', '/')).toThrow(TestReportError);
  },
);

it('whatever a program prints, it is a report or it is called none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...reporters), fc.string({ unit: 'binary' }), (reporter, text) => {
      try {
        expect(parseReport(reporter, text, '/')).toBeInstanceOf(Array);
      } catch (error) {
        expect(error).toBeInstanceOf(TestReportError);
      }
    }),
  );
});

it('a report is found between any text of tests', () => {
  const report = { stats: { tests: 1 }, tests: [], passes: [{ fullTitle: 'one' }], failures: [], pending: [] };
  fc.assert(
    fc.property(fc.string(), (before) => {
      const printed = `${before}${JSON.stringify(report, undefined, 2)}`;
      expect(parseReport({ kind: 'mocha-json' }, printed, '/')).toEqual([{ name: 'one', outcome: 'passed' }]);
    }),
  );
});

it('tests of the same name get ids of their own', () => {
  const cases = ['a', 'b', 'a', 'a'].map((name): TestCase => ({ name, outcome: 'passed' }));
  expect([...outcomesById(cases, 'file > ').keys()]).toEqual(['file > a', 'file > b', 'file > a #2', 'file > a #3']);
});

it('every test keeps its own outcome, however names repeat', () => {
  const outcome = fc.constantFrom('passed', 'failed', 'skipped');
  fc.assert(
    fc.property(fc.array(fc.record({ name: fc.constantFrom('a', 'a #2', 'b'), outcome })), (cases) => {
      expect([...outcomesById(cases).values()]).toEqual(cases.map((each) => each.outcome));
    }),
  );
});
