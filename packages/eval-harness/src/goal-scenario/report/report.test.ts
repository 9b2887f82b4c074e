import { expect, it } from 'vitest';
import type { AttemptResult } from '../attempt-result.js';
import { compareVariants } from '../compare-variants.js';
import type { GoalEvaluation } from '../goal-evaluation.js';
import { summariseVariant } from '../summarise-variant.js';
import { goalsHtml } from './html.js';
import { goalsJunit } from './junit.js';
import { goalsMarkdown } from './markdown.js';
import { goalsTable } from './table.js';

const evil = 'a | b <script>`&"\u0000';

const attempt = (variant: string, repetition: number, change: Partial<AttemptResult> = {}): AttemptResult => ({
  variant,
  repetition,
  key: 'key',
  verdict: 'passed',
  causes: [],
  cached: false,
  reproduce: ['eval', 'goals', variant],
  run: { id: 'run', state: 'awaiting-approval', end: null },
  model: { label: 'a live model', name: 'big', live: true },
  codex: { version: '1.0.0', driver: 'exec' },
  diff: { sha256: 'sha', files: 1, added: 2, removed: 1 },
  tests: { total: 4, kept: 4, newlyFailing: [], missing: [], newlyPassing: [], crashes: [], putBack: [] },
  hidden: { total: 2, passed: 2, failed: [], missing: [] },
  findings: 0,
  usage: { inputTokens: 90, cachedInputTokens: 0, outputTokens: 10, totalTokens: 100 + repetition, turns: 3 },
  cost: { amount: 0.25, currency: 'USD' },
  revisions: 0,
  replans: 0,
  replay: null,
  durationsMs: { work: 900, run: 1000, scoring: 500 },
  ...change,
});

function evaluationOf(attempts: readonly AttemptResult[], atLeast = 0): GoalEvaluation {
  const names = [...new Set(attempts.map(({ variant }) => variant))];
  const variants = names.map((name) => {
    const own = attempts.filter(({ variant }) => variant === name);
    return { summary: summariseVariant({ name, passRate: { atLeast } }, 'a goal', own), attempts: own };
  });
  const [first, second] = variants;
  const passed = attempts.filter(({ verdict }) => verdict === 'passed').length;
  return {
    schemaVersion: 1,
    id: 'goals',
    title: 'A goal',
    scenario: '/scenario.json',
    goal: evil,
    startedAt: '2026-11-01T00:00:00.000Z',
    finishedAt: '2026-11-01T00:00:01.000Z',
    environment: { node: 'v20.20.2', platform: 'linux', arch: 'x64', sandbox: 'bubblewrap' },
    verdict: variants.every(({ summary }) => summary.verdict === 'passed') ? 'passed' : 'failed',
    baseline: {
      target: 'small',
      version: '1.0.0',
      licence: 'MIT',
      counts: { passed: 4, failed: 0, skipped: 0 },
      asPinned: true,
      quarantined: [],
    },
    hiddenBefore: { total: 2, passed: 0 },
    variants: variants.map(({ summary }) => summary),
    comparisons: first && second ? [compareVariants(first, second, 1)] : [],
    attempts: [...attempts],
    seed: 1,
    totals: { attempts: attempts.length, passed, cached: 0, notEvaluated: 0, wallMs: 1000 },
  };
}

it('writes names of tests and goals so that they cannot be taken for markup', () => {
  const failed = attempt('one', 1, {
    verdict: 'failed',
    causes: [{ kind: 'hidden-failing', message: evil }],
    hidden: { total: 2, passed: 1, failed: [evil], missing: [] },
  });
  const evaluation = evaluationOf([failed], 1);
  expect(goalsJunit(evaluation)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="goals" tests="2" failures="1" errors="0" time="1.000">
      <testsuite name="one" tests="2" failures="1" errors="0" skipped="1">
        <testcase classname="one" name="as the scenario asks">
          <failure type="pass-rate-too-low" message="0 of 1 attempts passed, and 100% are wanted at least. a | b &lt;script&gt;\`&amp;&quot;\uFFFD">pass-rate-too-low: 0 of 1 attempts passed, and 100% are wanted at least. a | b &lt;script&gt;\`&amp;&quot;\uFFFD&#10;Reproduce: eval goals one</failure>
        </testcase>
        <testcase classname="one" name="attempt 1" time="1.500"><skipped message="did not pass: hidden-failing: a | b &lt;script&gt;\`&amp;&quot;\uFFFD"/></testcase>
      </testsuite>
    </testsuites>
    "
  `);
  expect(goalsMarkdown(evaluation)).toContain('> a \\| b \\<script\\>\\`&"');
  expect(goalsHtml(evaluation)).toContain('a | b &lt;script&gt;`&amp;&quot;␀');
  expect(goalsHtml(evaluation)).not.toContain('<script');
});

it('calls a variant an error of the run where its attempts were not evaluated', () => {
  const evaluation = evaluationOf([attempt('one', 1, { verdict: 'not-evaluated', hidden: null })]);
  const junit = goalsJunit(evaluation);
  expect(junit).toContain('tests="2" failures="0" errors="1" time=');
  expect(junit).toContain('<error type="not-evaluated" message="1 attempts were not evaluated.">');
});

it('takes no crash for the failure that is asked of a variant', () => {
  const failed = { verdict: 'failed', causes: [{ kind: 'not-finished', message: 'It crashed.' }] } as const;
  const asked = (change: Partial<AttemptResult>, atMost = 0) => {
    const all = [
      attempt('one', 1, { ...failed, causes: [...failed.causes], ...change }),
      attempt('one', 2, { verdict: 'failed' }),
    ];
    return summariseVariant({ name: 'one', passRate: { atMost } }, 'a goal', all).causes;
  };
  expect(asked({ hidden: null })).toEqual([
    { kind: 'not-judged', message: expect.stringContaining('1 of 2 attempts failed without') as unknown },
  ]);
  expect(asked({ hidden: null }, 0.5)).toEqual([]);
  expect(asked({})).toEqual([]);
});

it('tells what two live variants cost and took, and what of that can be chance', () => {
  const repetitions = [1, 2, 3, 4, 5, 6];
  const evaluation = evaluationOf([
    ...repetitions.map((n) => attempt('one', n, { verdict: n === 1 ? 'failed' : 'passed' })),
    ...repetitions.map((n) => attempt('two', n, { cost: { amount: 0.5, currency: 'USD' }, revisions: n % 3 })),
  ]);
  expect(goalsTable(evaluation)).toMatchInlineSnapshot(`
    "variant  passed  rate (95%)            pass@k             hidden tests  lines  tokens              cost        time   sent back   as asked
    one      5/6     83.3% (43.6% to 97%)  @1 83.3%, @6 100%  2             3      103.5 (101 to 106)  0.2500 USD  1.0 s  0           yes
    two      6/6     100% (61% to 100%)    @1 100%, @6 100%   2             3      103.5 (101 to 106)  0.5000 USD  1.0 s  1 (0 to 2)  yes

    one: model: a live model
    two: model: a live model

    one passed 5 of 6, two passed 6 of 6: a difference of -16.7 points (95% interval: -56.4 points to 24.7 points).
    These are too few to tell a difference. If the rates stay as they are, 25 repetitions of each would.
    Median cost of one: lower by 0.2500 (95% interval: -0.2500 to -0.2500).
    Median revisions of one: lower by 1 (95% interval: -2 to 0), which can be chance.

    as expected: 11 of 12 attempts passed, in 1.0 s.
    "
  `);
});

it('says of a variant with another model for its second attempt that there were two', () => {
  const other = attempt('one', 2, { model: { label: 'another', name: null, live: true } });
  expect(goalsTable(evaluationOf([attempt('one', 1), other]))).toContain('one: model: a live model; another');
});
