import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { check } from 'prettier';
import { expect, it } from 'vitest';
import {
  type AcceptedComparison,
  acceptedBaselineSchema,
  acceptEvaluation,
  type ComparisonScope,
  compareWithAccepted,
  type Evaluation,
  formatBaseline,
  type PairResult,
  readBaseline,
} from '../src/index.js';
import { evaluationOf, pairOf } from './results.js';
import { temporaryFolder } from './temporary-folder.js';

const baselineOf = (target: string, quarantined: readonly string[] = []): Evaluation['baselines'][number] => ({
  ...{ target, version: '1.0.0', licence: 'MIT', traits: ['commonjs'], runs: 3, asPinned: true },
  ...{ counts: { passed: 4, failed: 0, skipped: 0 }, quarantined: [...quarantined], litter: [], crashes: [] },
  ...{ durationMs: 1, preparationMs: 1, peakBytes: null, lint: null, typecheck: null },
});

const control = (target: string, verdict: PairResult['verdict'] = 'passed'): PairResult => ({
  ...pairOf({ target, broken: verdict === 'passed' ? ['all'] : [] }),
  ...{ asset: 'control-wrong-codemod', kind: 'control', verdict },
  causes: verdict === 'passed' ? [] : [{ kind: 'control-not-caught', message: 'Nobody noticed.' }],
});

/** A passed evaluation of two targets, with other pairs. */
function evaluationWith(
  pairs: readonly PairResult[] = [pairOf({ target: 'one' }), pairOf({ target: 'two' })],
  more: Partial<Evaluation> = {},
): Evaluation {
  const own = [control('one'), control('two'), ...pairs];
  const evaluation = {
    ...evaluationOf(own),
    baselines: [baselineOf('one'), baselineOf('two')],
    scenario: 'all-assets',
  };
  return { ...evaluation, verdict: 'passed', ...more };
}

const accepted = acceptEvaluation(evaluationWith());

const compare = (evaluation: Evaluation, scope: ComparisonScope = {}): AcceptedComparison =>
  compareWithAccepted(accepted, evaluation, {
    reproduce: (target, asset) => ['eval', target, asset].filter((word) => word !== undefined),
    ...scope,
  });

const found = (evaluation: Evaluation, scope?: ComparisonScope): unknown =>
  compare(evaluation, scope).regressions.map(({ kind, target, asset, reproduce }) => [kind, target, asset, reproduce]);

it('an evaluation is no regression of itself, nor one with more changed files, tests and assets', () => {
  expect(compare(evaluationWith())).toMatchObject({ regressions: [], compared: 2, unaccepted: [] });
  const [one, two] = [pairOf({ target: 'one', total: 5 }), pairOf({ target: 'two', total: 5 })];
  const better = evaluationWith([{ ...one, files: { ...one.files, changed: 3 } }, two, { ...two, asset: 'new' }]);
  expect(compare(better)).toMatchObject({
    ...{ regressions: [], compared: 2, scenario: 'all-assets', accepted: 'an-evaluation' },
    unaccepted: [{ target: 'two', asset: 'new' }],
  });
});

it('each way to become worse is named, with how to see it again', () => {
  const [one, two] = [pairOf({ target: 'one' }), pairOf({ target: 'two' })];
  expect(found(evaluationWith([pairOf({ target: 'one', broken: ['x'] }), two]))).toEqual([
    ['pair-fails', 'one', 'an-asset', ['eval', 'one']],
  ]);
  const tolerated = { ...pairOf({ target: 'one', broken: ['x'] }), verdict: 'passed' as const, causes: [] };
  expect(found(evaluationWith([tolerated, two]))).toEqual([['newly-failing', 'one', 'an-asset', ['eval', 'one']]]);
  expect(found(evaluationWith([{ ...one, files: { ...one.files, changed: 0 } }, two]))).toEqual([
    ['fewer-files-changed', 'one', 'an-asset', ['eval', 'one']],
  ]);
  const unjudged = { ...one, tests: { ...one.tests, total: 3, kept: 3 } };
  expect(found(evaluationWith([unjudged, two]))).toEqual([['fewer-tests-kept', 'one', 'an-asset', ['eval', 'one']]]);
  expect(found({ ...evaluationWith(), pairs: [control('one'), control('two', 'failed'), one, two] })).toEqual([
    ['control-not-caught', 'two', 'control-wrong-codemod', ['eval', 'two']],
  ]);
  expect(found(evaluationWith([{ ...one, asset: 'other' }]))).toEqual([
    ['asset-vanished', undefined, 'an-asset', ['eval']],
  ]);
});

it('a target that is gone, unusable or judged by fewer tests is told once, and not for each asset', () => {
  const alone = { pairs: [control('one'), pairOf({ target: 'one' })], baselines: [baselineOf('one')] };
  expect(found(evaluationWith([], alone))).toEqual([['target-vanished', 'two', undefined, ['eval', 'two']]]);
  const unusable = [{ target: 'two', code: 'eval-target-tampered', message: 'It is another.' }];
  expect(compare(evaluationWith([], { ...alone, unusable })).regressions).toMatchObject([
    { kind: 'target-unusable', target: 'two', cause: 'eval-target-tampered: It is another.' },
  ]);
  const fewer = [control('one'), pairOf({ target: 'one', total: 2 })].map((pair) => ({
    ...pair,
    tests: { ...pair.tests, total: 2 },
  }));
  const rest = [control('two'), pairOf({ target: 'two' })];
  expect(compare(evaluationWith([], { pairs: [...fewer, ...rest] })).regressions).toMatchObject([
    { kind: 'fewer-tests', target: 'one', cause: '2 of its tests judge, 4 are accepted.' },
  ]);
});

it('a test that is flaky on this machine alone is no regression, a second one that is gone is', () => {
  const evaluation = (total: number): Evaluation => {
    const pairs = [control('one'), pairOf({ target: 'one' })];
    const fewer = pairs.map((pair) => ({
      ...pair,
      tests: { ...pair.tests, total, kept: Math.min(total, pair.tests.kept) },
    }));
    return evaluationWith([], {
      pairs: [...fewer, control('two'), pairOf({ target: 'two' })],
      baselines: [baselineOf('one', ['it flickers']), baselineOf('two')],
    });
  };
  expect(found(evaluation(3))).toEqual([]);
  expect(found(evaluation(2))).toEqual([['fewer-tests', 'one', undefined, ['eval', 'one']]]);
});

it('what was not to be evaluated is not missed', () => {
  const alone = { pairs: [control('one'), pairOf({ target: 'one' })], baselines: [baselineOf('one')] };
  expect(found(evaluationWith([], alone), { targets: ['one'] })).toEqual([]);
  const others = evaluationWith([{ ...pairOf({ target: 'one' }), asset: 'other' }]);
  expect(found(others, { assets: ['other'] })).toEqual([]);
});

it('only a whole scenario that passed is accepted', () => {
  expect(() => acceptEvaluation(evaluationWith([], { verdict: 'failed' }))).toThrow('it failed');
  const { scenario: _, ...part } = evaluationWith();
  expect(() => acceptEvaluation(part)).toThrow('no whole scenario');
});

it('is written with a line for each pair, as formatters have it, and read again as it was', async () => {
  const file = path.join(await temporaryFolder(), 'all-assets.json');
  const broken = { ...pairOf({ target: 'two', broken: ['a "test"'] }), verdict: 'passed' as const };
  const baseline = acceptEvaluation({
    ...evaluationWith([pairOf({ target: 'one' }), broken]),
    baselines: [
      baselineOf('one', ['it flickers']),
      baselineOf(
        'two',
        ['now', 'and then'].map((id) => id.repeat(15)),
      ),
    ],
  });
  const text = formatBaseline(baseline);
  expect(text).toContain('\n        "two": { "changed": 1, "kept": 3, "broken": ["a \\"test\\""] }\n');
  expect(text).toContain('\n    "one": { "version": "1.0.0", "tests": 4, "quarantined": ["it flickers"] },\n');
  expect(await check(text, { parser: 'json', printWidth: 120 })).toBe(true);
  await writeFile(file, text);
  expect(await readBaseline(file)).toEqual(acceptedBaselineSchema.parse(baseline));
  expect(await readBaseline(`${file}.not-there`)).toBeUndefined();
  await writeFile(file, '{ "schemaVersion": 2 }');
  await expect(readBaseline(file)).rejects.toMatchObject({ code: 'eval-baseline-invalid' });
});
