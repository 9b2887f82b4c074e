import { expect, it } from 'vitest';
import { elapsedSince, machineMoment } from './machine-clock.js';

const day = 24 * 3600 * 1000;

it('counts by the machine while it runs, whatever the wall clock is set to', () => {
  const then = { boot: 'b', uptimeMs: 1000 };
  for (const jump of [-30 * day, 0, 30 * day])
    expect(elapsedSince(then, 5000, { boot: 'b', uptimeMs: 4000 }, 5000 + jump)).toBe(3000);
});

it.each([
  ['another start of the machine', { boot: 'a', uptimeMs: 1000 }],
  ['a record without a machine', {}],
])('counts by the wall clock for %s, and never backwards', (_, then) => {
  expect(elapsedSince(then, 5000, { boot: 'b', uptimeMs: 9 }, 7000)).toBe(2000);
  expect(elapsedSince(then, 5000, { boot: 'b', uptimeMs: 9 }, 4000)).toBe(0);
});

it('tells the present moment', () => {
  const moment = machineMoment();
  expect(elapsedSince(moment, 0)).toBeLessThan(day);
});
