import { expect, it } from 'vitest';
import type { GoalEvaluation, VariantSummary } from '../goal-scenario/goal-evaluation.js';
import { compareGoalEvaluations } from './compare-goals.js';

interface Seen extends Partial<VariantSummary> {
  /** Hidden tests that fail in one attempt of it. */
  readonly failing?: readonly string[];
  readonly isUnjudged?: boolean;
}

const summaryOf = (variant: string, { failing: _, isUnjudged: __, ...change }: Seen): VariantSummary => ({
  ...{
    variant,
    goal: 'Do it',
    model: 'm',
    live: false,
    isMeantToFail: false,
    verdict: 'passed',
    causes: [],
    reproduce: [],
  },
  ...{ attempts: 1, notEvaluated: 0, passed: 1, passRate: 1, interval: { low: 0, high: 1 }, passAtK: [], spread: {} },
  ...change,
});

function evaluationOf(seen: Readonly<Record<string, Seen>>, change: object = {}): GoalEvaluation {
  const attempts = Object.entries(seen).map(([variant, { failing = [], isUnjudged = false }]) => ({
    ...{ variant, repetition: 1, tests: null, model: { label: 'm', name: null, live: false }, codex: null },
    hidden: isUnjudged ? null : { total: 2, passed: 2 - failing.length, failed: [...failing], missing: [] },
  }));
  return {
    ...{ schemaVersion: 1, id: 'one', title: 'One', goal: 'Do it', hiddenBefore: { total: 2, passed: 0 } },
    ...{ startedAt: '2026-11-23T00:00:00Z', environment: { node: 'v20.20.2' } },
    baseline: { target: 'small', version: '1.0.0', counts: { passed: 4, failed: 0, skipped: 0 } },
    variants: Object.entries(seen).map(([name, one]) => summaryOf(name, one)),
    attempts,
    ...change,
  } as unknown as GoalEvaluation;
}

const saidOf = (before: GoalEvaluation, after: GoalEvaluation) => {
  const { regressions, improvements, others } = compareGoalEvaluations(before, after);
  const words = (list: typeof others) => list.map(({ variant = 'all', what }) => `${variant}: ${what}`);
  return { worse: words(regressions), better: words(improvements), other: words(others) };
};

it('names what a cassette fails now, and calls it better when that is mended', () => {
  const good = evaluationOf({ right: {} });
  const cause = { kind: 'pass-rate-too-low' as const, message: '0 of 1 attempts passed' };
  const bad = evaluationOf({
    right: { verdict: 'failed', causes: [cause], passed: 0, passRate: 0, failing: ['depth'] },
  });
  expect(saidOf(good, bad).worse).toEqual([
    'right: is not as asked now: 0 of 1 attempts passed',
    'right: passed 0 of 1, before 1',
    'right: fails 1 more tests, "hidden: depth" among them',
  ]);
  expect(saidOf(bad, good).better).toEqual([
    'right: is as asked now',
    'right: passed 1 of 1, before 0',
    'right: fails 1 tests no longer',
  ]);
  expect(saidOf(bad, bad)).toEqual({ worse: [], better: [], other: [] });
});

it('calls it worse when an attempt with a cassette crashes, and no gain that nothing judged it', () => {
  const crashed = evaluationOf({ right: { passed: 0, passRate: 0, isUnjudged: true } });
  expect(saidOf(evaluationOf({ right: {} }), crashed)).toEqual({
    worse: ['right: passed 0 of 1, before 1'],
    better: [],
    other: [],
  });
  const failed = evaluationOf({ right: { passed: 0, passRate: 0, failing: ['depth'] } });
  expect(saidOf(failed, crashed).better).toEqual([]);
  const wrong = (passed: number) => evaluationOf({ wrong: { isMeantToFail: true, passed, passRate: passed } });
  expect(saidOf(wrong(0), wrong(1)).worse).toEqual(['wrong: passed 1 of 1, before 0']);
});

it('calls a rate of live attempts worse only where it is more than chance', () => {
  const live = (passed: number, attempts: number) =>
    evaluationOf({ big: { live: true, attempts, passed, passRate: passed / attempts } });
  expect(saidOf(live(3, 4), live(2, 4))).toMatchObject({ worse: [], other: [/which can be chance/] });
  expect(saidOf(live(20, 20), live(4, 20)).worse).toEqual([
    expect.stringContaining('big: passed 4 of 20 (20%), before 20 of 20 (100%), which is more than chance'),
  ]);
  expect(saidOf(live(4, 20), live(20, 20)).better).toHaveLength(1);
});

it('calls it no gain when what is wrong on purpose passes more often', () => {
  const of = (passed: number) =>
    evaluationOf({ wrong: { live: true, isMeantToFail: true, attempts: 20, passed, passRate: passed / 20 } });
  expect(saidOf(of(0), of(20)).worse).toHaveLength(1);
});

it('tells of attempts that were not evaluated, of tests that judge no more, and of variants that came and went', () => {
  const before = evaluationOf({ right: {}, old: {} });
  const right = { verdict: 'not-evaluated', notEvaluated: 2, attempts: 0, passed: 0, passRate: 0 } as const;
  const after = evaluationOf({ right, fresh: {} }, { hiddenBefore: { total: 1, passed: 0 }, goal: 'Do it well' });
  expect(saidOf(before, after)).toEqual({
    worse: ['all: 1 hidden tests judge, before 2'],
    better: [],
    other: [
      'all: its goal has other words',
      'right: was not evaluated in 2 attempts, of which nothing can be said',
      'fresh: is new',
      'old: is no longer there',
    ],
  });
});

it('names what it compared: models, prompts and drivers, and tells where they are others', () => {
  const before = evaluationOf({ right: {} });
  const after = evaluationOf(
    { right: { model: 'big', goal: 'Do it well' } },
    { id: 'two', environment: { node: 'v24.1.0' } },
  );
  const [attempt] = after.attempts;
  const asked = { ...attempt, model: { name: 'gpt-5.5' }, codex: { version: '0.169.0', driver: 'exec' } };
  const compared = compareGoalEvaluations(before, { ...after, attempts: [asked] } as GoalEvaluation);
  expect(compared.compared).toMatchObject({
    before: { id: 'one', variants: [{ variant: 'right', model: 'm', drivers: [] }] },
    after: {
      id: 'two',
      targets: { small: '1.0.0' },
      variants: [{ modelNames: ['gpt-5.5'], drivers: ['exec 0.169.0'] }],
    },
  });
  expect(compared.others.map(({ variant = 'all', what }) => `${variant}: ${what}`)).toEqual([
    'all: ran on Node v24.1.0, before on v20.20.2',
    'right: was answered by big, before m',
    'right: asked for the model gpt-5.5, before none',
    'right: ran in Codex exec 0.169.0, before none',
    'right: has other words for its goal',
  ]);
});
