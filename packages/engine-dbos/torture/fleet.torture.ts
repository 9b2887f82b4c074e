import { expect, it } from 'vitest';
import { runFleet } from '../test/fleet.js';
import { ownPostgres } from '../test/real-postgres.js';

const percentile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN;

it('finishes 200 goals of 10 steps over three workers, twelve of which are killed', async () => {
  await using postgres = await ownPostgres({ durable: true });
  const report = await runFleet(await postgres.newDatabase(), {
    goals: 200,
    stepsPerGoal: 10,
    workers: 3,
    concurrency: 8,
    perWorker: 4,
    kills: 12,
    leaseMs: 4000,
  });
  const { takeOverMs, ...rest } = report;
  process.stdout.write(
    `${JSON.stringify({
      ...rest,
      stepsPerSecond: Math.round(rest.stepsPerSecond),
      takeOvers: takeOverMs.length,
      takeOverMs: { p50: Math.round(percentile(takeOverMs, 0.5)), max: Math.round(Math.max(...takeOverMs)) },
    })}\n`,
  );
  expect(report).toMatchObject({ done: 200, kills: 12, ranTwice: 0 });
  expect(report.mostAtOnce).toBeLessThanOrEqual(8);
  expect(report.mostInOneWorker).toBeLessThanOrEqual(4);
});

it('says how many steps a second one worker makes when nobody kills it', async () => {
  await using postgres = await ownPostgres({ durable: true });
  const report = await runFleet(await postgres.newDatabase(), {
    goals: 100,
    stepsPerGoal: 10,
    workers: 1,
    concurrency: 8,
    perWorker: 8,
    kills: 0,
    leaseMs: 15_000,
  });
  process.stdout.write(`${JSON.stringify({ stepsPerSecond: Math.round(report.stepsPerSecond) })}\n`);
  expect(report).toMatchObject({ done: 100, ranTwice: 0 });
});
