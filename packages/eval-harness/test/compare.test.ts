import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import {
  compareEvaluations,
  consoleTable,
  htmlOf,
  junitOf,
  markdownOf,
  type Regression,
  sarifOf,
} from '../src/index.js';
import { evaluationOf, pairOf } from './results.js';

it('calls a test that is broken now a regression, and one that is no longer broken an improvement', () => {
  const before = evaluationOf([pairOf({ target: 'one', broken: ['old'] }), pairOf({ target: 'two' })]);
  const after = evaluationOf([pairOf({ target: 'one' }), pairOf({ target: 'two', broken: ['new'] })]);
  const { regressions, improvements, others } = compareEvaluations(before, after);
  expect(regressions.map(({ target, what }) => [target, what])).toEqual([
    ['two', 'fails now: 1 tests fail'],
    ['two', 'breaks 1 more tests, "new" among them'],
  ]);
  expect(improvements.map(({ target, what }) => [target, what])).toEqual([
    ['one', 'passes now'],
    ['one', 'breaks 1 tests no longer'],
  ]);
  expect(others).toEqual([]);
});

it('sees that another test is broken though as many are as before', () => {
  const [before, after] = ['old', 'new'].map((broken) => evaluationOf([pairOf({ broken: [broken] })]));
  expect(compareEvaluations(before!, after!).regressions).toMatchObject([
    { what: 'breaks 1 more tests, "new" among them' },
  ]);
});

it('calls it a regression when fewer tests judge, or a target cannot be used any more', () => {
  const before = evaluationOf([pairOf({ target: 'one', total: 10 }), pairOf({ target: 'two' })]);
  const after = evaluationOf([pairOf({ target: 'one', total: 9 })], ['two']);
  expect(compareEvaluations(before, after).regressions.map(({ what }) => what)).toEqual([
    'is judged by 9 tests, before by 10',
    'could not be evaluated, as the target cannot be used',
  ]);
});

it('an evaluation does not differ from itself', () => {
  const evaluation = evaluationOf([pairOf({ broken: ['x'] }), pairOf({ target: 'two' })]);
  expect(compareEvaluations(evaluation, evaluation)).toMatchObject({ regressions: [], improvements: [], others: [] });
});

it('tells of pairs that came, went or were lost together with their target that they did', () => {
  const before = evaluationOf([pairOf({ target: 'gone' }), pairOf({ target: 'lost' })]);
  const { regressions, others } = compareEvaluations(before, evaluationOf([pairOf({ target: 'new' })], ['lost']));
  expect(regressions.map(({ target, whole }) => [target, whole])).toEqual([['lost', 'unusable']]);
  expect(others.map(({ target, whole }) => [target, whole])).toEqual([
    ['new', 'new'],
    ['gone', 'gone'],
  ]);
});

describe('a report', () => {
  const finding = { path: 'lib/a.js', line: 7, code: 'no-var', message: 'Say <let>.' };
  const lint = { ran: true, before: 1, after: 2, gone: 0, added: [finding] };
  const evaluation = evaluationOf([{ ...pairOf({}), lint }]);

  it('shows what a target newly reports itself, also of a pair that passed', () => {
    expect(markdownOf(evaluation)).toContain(
      "## Newly reported by the targets' own lint or typecheck\n\n### an-asset on small\n\n- lib/a.js:7 no-var Say \\<let\\>.\n",
    );
    expect(htmlOf(evaluation)).toContain('Newly reported by the targets&#39; own lint or typecheck');
    expect(htmlOf(evaluation)).toContain('lib/a.js:7 no-var Say &lt;let&gt;.');
    expect(markdownOf(evaluationOf([pairOf({})]))).not.toContain('Newly reported');
  });

  it('shows how it compares with what is accepted, where that is known', () => {
    const regression = {
      kind: 'pair-fails',
      target: 'small',
      asset: 'an-asset',
      cause: '1 <fails>',
      reproduce: ['eval'],
    };
    const comparison = {
      ...{ scenario: 'quick', accepted: 'earlier', compared: 2, unaccepted: [{ target: 'small', asset: 'other' }] },
      regressions: [regression as Regression],
    };
    const said =
      '2 pairs compared with what is accepted of quick (earlier): 1 regression. 1 pair has nothing accepted yet.';
    expect(markdownOf(evaluation, comparison)).toContain(
      `## Compared with what is accepted\n\n${said}\n\n- pair-fails an-asset on small: 1 \\<fails\\>\n  - reproduce: eval\n`,
    );
    expect(htmlOf(evaluation, comparison)).toContain(said);
    expect(htmlOf(evaluation, comparison)).toContain('1 &lt;fails&gt;');
    expect(markdownOf(evaluation)).not.toContain('Compared with');
  });

  it('keeps the table of pairs narrow enough to show what their lint says', () => {
    const [, headings = ''] = /<h2>Pairs<\/h2>.*?<thead>(.*?)<\/thead>/s.exec(htmlOf(evaluation)) ?? [];
    const names = [...headings.matchAll(/<th[^>]*>(.*?)<\/th>/g)].map(([, name]) => name);
    expect(names).toContain('lint');
    expect(names.length).toBeLessThanOrEqual(10);
  });
});

it('writes names of tests so that they cannot be taken for markup', () => {
  const evaluation = evaluationOf([pairOf({ broken: ['a | b <script>`&"\u0000'] })], ['lost']);
  expect(junitOf(evaluation)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="an-evaluation" tests="2" failures="1" errors="1" time="1.000">
      <testsuite name="small" tests="1" failures="1" errors="0">
        <testcase classname="small" name="an-asset" time="0.500">
          <failure type="newly-failing" message="1 tests fail">newly-failing: 1 tests fail&#10;  a | b &lt;script&gt;\`&amp;&quot;\uFFFD&#10;Reproduce: eval small</failure>
        </testcase>
      </testsuite>
      <testsuite name="lost" tests="1" failures="0" errors="1">
        <testcase classname="lost" name="the target can be used">
          <error type="eval-target-tampered" message="it is another"/>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
  expect(markdownOf(evaluation)).toContain('  - a \\| b \\<script\\>\\`&"');
  expect(htmlOf(evaluation)).toContain('a | b &lt;script&gt;`&amp;&quot;␀');
  expect(htmlOf(evaluation)).not.toContain('<script');
  expect(consoleTable(evaluation)).toContain(
    'an-asset on small\n  newly-failing: 1 tests fail\n  reproduce: eval small\n',
  );
});

it('writes every failure and every lost target as a result of SARIF, in its schema', () => {
  const log = sarifOf(evaluationOf([pairOf({ broken: ['x'] }), pairOf({ target: 'two' })], ['lost']));
  expect(log.runs[0]?.results.map(({ ruleId, message }) => [ruleId, message.text])).toEqual([
    ['newly-failing', 'an-asset on small: 1 tests fail. "x" Reproduce: eval small'],
    ['target-unusable', 'lost (eval-target-tampered): it is another'],
  ]);
  const require = createRequire(import.meta.url);
  const file = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
});
