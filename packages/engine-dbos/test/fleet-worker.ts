/** Usage: fleet-worker.ts EXECUTOR PER_WORKER LEASE_MS, with the database's URL in FLEET_DATABASE. Works until it is stopped. */
import process from 'node:process';
import type { Ctx, Workflow } from '@codex-orch/core';
import { DbosEngine } from '../src/index.js';
import { fleetQueue, fleetWorkflow } from './fleet.js';

const [executor = '', perWorker = '1', leaseMs = '1000'] = process.argv.slice(2);

await using engine = new DbosEngine({
  url: process.env['FLEET_DATABASE'] ?? '',
  version: '1',
  executor,
  leaseMs: Number(leaseMs),
});

const note = (kind: string, run: string, step: string): Promise<unknown> =>
  engine.database.query('INSERT INTO fleet_log (kind, run, step, executor) VALUES ($1, $2, $3, $4)', [
    kind,
    run,
    step,
    executor,
  ]);

const noSteps: Workflow<number> = {
  name: fleetWorkflow,
  run: async (ctx: Ctx, steps) => {
    await note('enter', ctx.runId, '');
    for (let n = 0; n < steps; n += 1) {
      await ctx.step(`step ${n}`, async () => {
        await note('ran', ctx.runId, String(n));
        return n;
      });
      await note('finished', ctx.runId, String(n));
    }
    await note('leave', ctx.runId, '');
    return steps;
  },
};

engine.register(noSteps);
engine.defineQueue(fleetQueue, { perWorker: Number(perWorker) });
await engine.start();
process.send?.('started');
await Promise.race([engine.lost, new Promise((resolve) => process.once('SIGTERM', resolve))]).catch(
  (error: unknown) => {
    process.exitCode = 75;
    process.send?.((error as Error).message);
  },
);
process.disconnect();
