import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import {
  compareEvaluations,
  consoleTable,
  type Evaluation,
  htmlOf,
  junitOf,
  markdownOf,
  type Regression,
  sarifOf,
  type TemplateResult,
} from '../src/index.js';
import type { CheckComparison, PairResult } from '../src/scenario/pair-result.js';
import { evaluationOf, pairOf } from './results.js';

const found = (code: string) => ({ path: 'lib/a.js', line: 7, code, message: `${code}!` });

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

it('claims no improvement where other things were asked for, and says what they are', () => {
  const before = evaluationOf([pairOf({ broken: ['old'] })]);
  const thresholds = { ...before.thresholds, newlyFailing: 1 };
  const after = { ...evaluationOf([pairOf({})]), thresholds, options: { 'an-asset': { a: 1 } } };
  const { improvements, others } = compareEvaluations(before, after);
  expect(improvements).toEqual([]);
  expect(others.map(({ asset, what }) => `${asset} ${what}`)).toEqual([
    'all assets are judged by other thresholds',
    'an-asset is given other options',
  ]);
});

it('shows an error where nothing was judged', () => {
  const nothing = { ...evaluationOf([]), verdict: 'failed' as const };
  expect(junitOf(nothing)).toContain('errors="1"');
  expect(junitOf(nothing)).toContain('<error type="nothing-judged"');
  expect(sarifOf(nothing).runs[0]?.results).toMatchObject([{ ruleId: 'nothing-judged' }]);
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

const checked = (lint: Partial<CheckComparison> | null): PairResult => ({
  ...pairOf({}),
  lint: lint && { ran: true, before: 1, after: 1 + (lint.added?.length ?? 0), gone: 0, added: [], ...lint },
});

it.each([
  [{}, { added: [found('no-var')] }, ['its lint has 1 new finding, lib/a.js:7 no-var! among them'], []],
  [{ added: [found('no-var')] }, { added: [{ ...found('no-var'), line: 9 }] }, [], []],
  [
    { added: [found('no-var')] },
    { added: [found('eqeqeq')] },
    ['its lint has 1 new finding'],
    ['its lint is rid of 1 finding'],
  ],
  // Of more than are listed, the numbers alone can be compared.
  [{ after: 200 }, { after: 202, added: [found('no-var')] }, ['its lint has 2 new findings'], []],
  [{}, { problem: 'exit code 3' }, ['its lint gives no report now: exit code 3'], []],
  [{ problem: 'exit code 3' }, {}, [], ['its lint gives a report again']],
  [{}, null, ['is not judged by a lint any more'], []],
])('compares what the lint of a target says: %j, then %j', (was, is, worse, better) => {
  const of = (lint: Partial<CheckComparison> | null) => evaluationOf([checked(lint)]);
  const { regressions, improvements } = compareEvaluations(of(was), of(is));
  expect(regressions.map(({ what }) => what)).toEqual(worse.map((words) => expect.stringContaining(words) as unknown));
  expect(improvements.map(({ what }) => what)).toEqual(better);
});

it('compares templates, which have no target', () => {
  const template = { template: 'spec', version: '1', verdict: 'passed' as const, examples: 2, fixtures: 1 };
  const of = (change: Partial<TemplateResult> = {}): Evaluation => ({
    ...evaluationOf([]),
    templates: [{ ...template, causes: [], refused: [], files: 2, read: {}, unread: 0, ...change }],
  });
  const cause = { kind: 'not-the-fixture', example: 'refunds', message: 'a.md has another text' } as const;
  const worse = (change: Partial<TemplateResult>) =>
    compareEvaluations(of(), of(change)).regressions.map(({ target, asset, what }) => [target, asset, what]);
  expect(worse({ verdict: 'failed', causes: [cause] })).toEqual([
    [undefined, 'spec', 'fails now: a.md has another text (not-the-fixture, refunds)'],
  ]);
  expect(worse({ verdict: 'not-evaluated', why: 'it is not ours' })).toEqual([
    [undefined, 'spec', 'is not evaluated now, because it is not ours'],
  ]);
  expect(worse({ fixtures: 0 })).toEqual([[undefined, 'spec', 'reproduces 0 fixtures, before 1']]);
  expect(compareEvaluations(of({ verdict: 'failed' }), of()).improvements).toMatchObject([{ what: 'passes now' }]);
  expect(compareEvaluations(of(), evaluationOf([])).others).toMatchObject([{ asset: 'spec', whole: 'gone' }]);
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
    expect(markdownOf(evaluation, comparison)).toContain('# Evaluation an-evaluation: passed, but 1 regression\n');
    expect(junitOf(evaluation, comparison)).toContain(
      '<testsuite name="what is accepted of quick" tests="1" failures="1" errors="0">',
    );
    expect(junitOf(evaluation, comparison)).toContain('<failure type="pair-fails" message="1 &lt;fails&gt;">');
    expect(junitOf(evaluation, { ...comparison, regressions: [] })).toContain('name="nothing is worse"/>');
    expect(sarifOf(evaluation, comparison).runs[0]?.results).toMatchObject([
      { ruleId: 'regression', message: { text: 'pair-fails an-asset on small: 1 <fails> Reproduce: eval' } },
    ]);
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
    <testsuites name="an-evaluation" tests="2" failures="1" errors="1" time="1.000" timestamp="2026-11-01T00:00:00.000Z">
      <testsuite name="small" tests="1" failures="1" errors="0">
        <testcase classname="small" name="an-asset" time="0.500">
          <failure type="newly-failing" message="1 tests fail">newly-failing: 1 tests fail&#10;  a | b &lt;script&gt;\`&amp;&quot;\uFFFD&#10;changed: evidence/small/an-asset.diff&#10;its tests printed: evidence/small/an-asset.log&#10;Reproduce: eval small</failure>
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
    'an-asset on small\n  newly-failing: 1 tests fail\n  changed: evidence/small/an-asset.diff\n' +
      '  its tests printed: evidence/small/an-asset.log\n  reproduce: eval small\n',
  );
});

it('has results of SARIF stand where reviewers find their asset, their target and what is accepted of them', () => {
  const lines = (value: unknown): string => JSON.stringify(value, undefined, 1);
  const documents = {
    index: { uri: 'patterns/index.json', text: lines({ assets: [{ id: 'other' }, { id: 'an-asset' }] }) },
    targets: { uri: 'evaluation/targets.json', text: lines({ targets: [{ name: 'lost' }, { name: 'small' }] }) },
    accepted: {
      uri: 'evaluation/baselines/quick.json',
      text: lines({ targets: { small: 1 }, assets: { 'an-asset': { on: { other: 1, small: 2 } } } }),
    },
  };
  const regression = { kind: 'pair-fails' as const, asset: 'an-asset', target: 'small', cause: '', reproduce: [] };
  const comparison = { scenario: 'quick', accepted: '', compared: 1, unaccepted: [], regressions: [regression] };
  const { results = [] } =
    sarifOf(evaluationOf([pairOf({ broken: ['x'] })], ['lost']), comparison, documents).runs[0] ?? {};
  const places = results.map(({ locations: [{ physicalLocation } = {}] }) => [
    physicalLocation?.artifactLocation.uri,
    physicalLocation?.region.startLine,
  ]);
  expect(places).toEqual([
    ['patterns/index.json', 7],
    ['evaluation/targets.json', 4],
    ['evaluation/baselines/quick.json', 9],
  ]);
  expect(results[0]).toMatchObject({
    relatedLocations: [
      { physicalLocation: { artifactLocation: { uri: 'evaluation/targets.json' }, region: { startLine: 7 } } },
    ],
  });
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

it('names what it compared, and tells where assets, targets and Node are others', () => {
  const control = { ...pairOf({}), kind: 'control' as const, asset: 'control-wrong-codemod', key: 'c' };
  const of = (key: string, assetVersion: string) => evaluationOf([control, { ...pairOf({}), key, assetVersion }]);
  const differ = (before: Evaluation, after: Evaluation) =>
    compareEvaluations(before, after).others.map(({ asset, what }) => `${asset} ${what}`);
  const before = of('a', '1.0.0');
  expect(compareEvaluations(before, before).compared.after).toMatchObject({
    ...{ id: before.id, startedAt: before.startedAt, assets: { 'an-asset': '1.0.0' }, pairs: before.totals.pairs },
  });
  expect(differ(before, before)).toEqual([]);
  expect(differ(before, of('b', '1.1.0'))).toEqual(['an-asset is version 1.1.0, before 1.0.0']);
  expect(differ(before, of('b', '1.0.0'))).toEqual(['an-asset has other code, or runs with other packages']);
  const elsewhere = { ...before, environment: { ...before.environment, node: 'v24.1.0' } };
  expect(differ(before, elsewhere)).toEqual([`all assets ran on Node v24.1.0, before on ${before.environment.node}`]);
});
