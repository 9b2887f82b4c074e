import { afterAll, beforeAll, expect, it } from 'vitest';
import { runFleet } from './fleet.js';
import { type RealPostgres, realPostgres } from './real-postgres.js';

let postgres: RealPostgres | undefined;

beforeAll(async () => {
  postgres = await realPostgres();
});

afterAll(() => postgres?.[Symbol.asyncDispose]());

it('finishes every goal while workers are killed: no finished step runs again, and no limit is passed', async () => {
  const url = (await postgres?.newDatabase()) ?? '';
  const report = await runFleet(url, {
    goals: 20,
    stepsPerGoal: 10,
    workers: 2,
    concurrency: 3,
    perWorker: 2,
    kills: 2,
    leaseMs: 2000,
  });
  expect(report).toMatchObject({ done: 20, ranTwice: 0 });
  expect(report.mostAtOnce).toBeLessThanOrEqual(3);
  expect(report.mostInOneWorker).toBeLessThanOrEqual(2);
});
