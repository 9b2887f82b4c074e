import { expect, it } from 'vitest';
import { defaultConfig } from '../config/config.js';
import type { GoalEntry } from './goals-file.js';
import { findOverlaps } from './overlaps.js';
import { type GoalsPlan, planGoals } from './plan-goals.js';

const unordered = (): boolean => false;

it('sees files whose names begin with a dot', () => {
  const goals = [
    { id: 'a', paths: ['**/*.yml'] },
    { id: 'b', paths: ['.github/**'] },
  ];
  expect(findOverlaps(goals, ['.github/ci.yml', 'src/a.ts'], unordered)).toMatchObject([
    { goals: ['a', 'b'], paths: ['.github/ci.yml'], total: 1, patterns: [] },
  ]);
});

it('sees a place that is yet to be made, whichever of the two names the wider one', () => {
  const wide = { id: 'wide', paths: ['src/new/**'] };
  const narrow = { id: 'narrow', paths: ['src/new/a.ts'] };
  for (const goals of [
    [wide, narrow],
    [narrow, wide],
  ])
    expect(findOverlaps(goals, ['src/old.ts'], unordered)).toMatchObject([{ total: 0, patterns: ['src/new/a.ts'] }]);
});

const plan = (...goals: readonly (Pick<GoalEntry, 'id'> & Partial<GoalEntry>)[]): GoalsPlan =>
  planGoals(
    { schemaVersion: 1, goals: goals.map((goal) => ({ goal: `do ${goal.id}`, paths: ['src/**'], ...goal })) },
    { config: defaultConfig, concurrency: 2, tracked: ['src/a.ts'] },
  );

it('tells whether one waits for the other, also over others in between and where it stands before it in the file', () => {
  const { overlaps } = plan(
    { id: 'last', depends_on: ['middle'] },
    { id: 'middle', depends_on: ['first'], paths: [] },
    { id: 'first' },
    { id: 'free' },
  );
  expect(overlaps.map(({ goals, isOrdered }) => [...goals, isOrdered])).toEqual([
    ['last', 'first', true],
    ['last', 'free', false],
    ['first', 'free', false],
  ]);
});

it('counts every attempt in what all goals may use together', () => {
  const budget = { tokens: 100, turns: 5 };
  expect(plan({ id: 'a', budget }, { id: 'b', budget, mode: 'cloud', attempts: 3 }).budget).toMatchObject({
    tokens: 400,
    turns: 20,
  });
});
