import { expect, it } from 'vitest';
import { compareOutcomes, unstableIds } from './compare-outcomes.js';
import type { Outcome } from './test-case.js';

const outcomes = (said: Readonly<Record<string, Outcome>>): ReadonlyMap<string, Outcome> =>
  new Map(Object.entries(said));

it('compares test by test, and counts only what passed before', () => {
  const before = outcomes({
    kept: 'passed',
    broken: 'passed',
    gone: 'passed',
    skipped: 'passed',
    red: 'failed',
    off: 'skipped',
  });
  const after = outcomes({
    kept: 'passed',
    broken: 'failed',
    skipped: 'skipped',
    red: 'passed',
    off: 'failed',
    new: 'passed',
  });
  expect(compareOutcomes(before, after, new Set())).toEqual({
    kept: 1,
    passedBefore: 4,
    newlyFailing: ['broken'],
    missing: ['gone', 'skipped'],
    newlyPassing: ['red', 'new'],
  });
});

it('takes nothing that is in quarantine for lost or won', () => {
  const before = outcomes({ kept: 'passed', flaky: 'passed', moody: 'failed' });
  const after = outcomes({ kept: 'passed', flaky: 'failed', moody: 'passed' });
  expect(compareOutcomes(before, after, new Set(['flaky', 'moody']))).toEqual({
    ...{ kept: 1, passedBefore: 1, newlyFailing: [], missing: [], newlyPassing: [] },
  });
});

it('puts into quarantine what is not the same in every run, or not in every one', () => {
  const runs = [
    outcomes({ steady: 'passed', flaky: 'passed', gone: 'passed' }),
    outcomes({ steady: 'passed', flaky: 'passed', late: 'passed' }),
    outcomes({ steady: 'passed', flaky: 'failed', gone: 'passed', late: 'passed' }),
  ];
  expect([...unstableIds(runs)].sort()).toEqual(['flaky', 'gone', 'late']);
});
