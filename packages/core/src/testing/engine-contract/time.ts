import { expect, it } from 'vitest';
import type { Json } from '../../engine/index.js';
import { type ContractWorld, workflow } from './contract-world.js';

/** Time, and what is made up, are the same after a restart. */
export function proveTime(world: ContractWorld): void {
  it('stops waiting when the time is up', async () => {
    const run = world.id();
    await world.engine.run(
      workflow('timed', async (ctx) =>
        (await ctx.waitFor('never', { timeoutMs: 20 })) === undefined ? 'timed out' : 'signalled',
      ),
      null,
      { id: run },
    );
    expect(await world.engine.result(run)).toBe('timed out');
  });

  it('sleeps, and hands the same time and the same uuid back after a restart', async () => {
    const seen: Json[] = [];
    const steady = workflow('steady', async (ctx) => {
      await ctx.sleep(5);
      seen.push([await ctx.now(), await ctx.uuid()]);
      await ctx.waitFor('go');
      return null;
    });
    const run = world.id();
    await world.engine.run(steady, null, { id: run });
    await world.engine.settled(run);
    await world.restart();
    await world.engine.run(steady, null, { id: run });
    await world.engine.signal(run, 'go', true);
    await world.engine.result(run);
    expect(seen[1]).toEqual(seen[0]);
  });
}
