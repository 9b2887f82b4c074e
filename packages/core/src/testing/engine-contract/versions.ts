import { expect, it } from 'vitest';
import { type ContractWorld, workflow } from './contract-world.js';

/** A run ends with the code that it began with, or with code that knows of the change. */
export function proveVersions(world: ContractWorld): void {
  it('notices when a workflow changed under a running run', async () => {
    const run = world.id();
    await world.engine.run(
      workflow('changing', async (ctx) => {
        await ctx.step('old', () => Promise.resolve(1));
        return (await ctx.waitFor('go')) ?? null;
      }),
      null,
      { id: run },
    );
    await world.engine.settled(run);
    await world.restart();
    await world.engine.run(
      workflow('changing', (ctx) => ctx.step('new', () => Promise.resolve(1))),
      null,
      { id: run },
    );
    await expect(world.engine.settled(run)).rejects.toMatchObject({ code: 'workflow-changed' });
    // Nothing was recorded, so that the version that started it can still finish it.
    expect(await world.engine.get(run)).toMatchObject({ status: 'running' });
  });

  it('keeps a run from before a patch on its old path', async () => {
    const version1 = workflow('patched', async (ctx) => {
      await ctx.step('a', () => Promise.resolve(1));
      await ctx.waitFor('go');
      return 'old';
    });
    const version2 = workflow('patched', async (ctx) => {
      const isNew = await ctx.patched('better');
      await ctx.step('a', () => Promise.resolve(1));
      await ctx.waitFor('go');
      return isNew ? 'new' : 'old';
    });
    const [before, after] = [world.id(), world.id()];
    await world.engine.run(version1, null, { id: before });
    await world.engine.settled(before);
    await world.restart();
    await world.engine.run(version2, null, { id: before });
    await world.engine.run(version2, null, { id: after });
    await world.engine.signal(before, 'go', true);
    await world.engine.signal(after, 'go', true);
    expect([await world.engine.result(before), await world.engine.result(after)]).toEqual(['old', 'new']);
  });
}
