import { expect, it } from 'vitest';
import { inDependencyOrder } from './order-runs.js';

const ordered = (after: Readonly<Record<string, readonly string[]>>): string =>
  inDependencyOrder(Object.entries(after).map(([runId, needed]) => ({ runId, after: needed })))
    .map(({ runId }) => runId)
    .join(' ');

it('moves a run behind all that it has to come after, and no other', () => {
  expect(ordered({ c: ['b'], x: [], b: ['a'], a: [], y: [] })).toBe('x a b c y');
});

it('minds nothing that is not there, and leaves a circle as it is', () => {
  expect(ordered({ b: ['gone'], a: [] })).toBe('b a');
  expect(ordered({ b: ['a'], a: ['b'], c: [] })).toBe('c b a');
});
