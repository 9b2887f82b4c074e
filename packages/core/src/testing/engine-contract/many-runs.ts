import { expect, it } from 'vitest';
import { type ContractWorld, deferred, workflow } from './contract-world.js';

/** Runs know of each other only what they are meant to. */
export function proveManyRuns(world: ContractWorld): void {
  it('runs a child once and hands its result to the parent', async () => {
    let children = 0;
    const child = workflow('child', (ctx, input: number) =>
      ctx.step('count', () => {
        children += 1;
        return Promise.resolve(input * 2);
      }),
    );
    const [parentId, childId] = [world.id(), world.id()];
    const parent = workflow('parent', async (ctx) => {
      const doubled = await ctx.child(child, 21, { id: childId });
      await ctx.waitFor('go');
      return doubled ?? null;
    });
    await world.engine.run(parent, null, { id: parentId });
    await world.engine.settled(parentId);
    await world.restart();
    await world.engine.run(parent, null, { id: parentId });
    await world.engine.signal(parentId, 'go', true);
    expect(await world.engine.result(parentId)).toBe(42);
    expect(children).toBe(1);
  });

  it('never runs more of a queue at once than it allows', async () => {
    world.engine.defineQueue('narrow', { concurrency: 2 });
    let running = 0;
    let most = 0;
    const full = deferred();
    const counted = workflow('counted', (ctx) =>
      ctx.step('count', async () => {
        running += 1;
        most = Math.max(most, running);
        if (running === 2) full.resolve();
        await full.promise;
        running -= 1;
        return null;
      }),
    );
    const runs = Array.from({ length: 8 }, () => world.id());
    for (const run of runs) await world.engine.run(counted, null, { id: run, queue: 'narrow' });
    await Promise.all(runs.map((run) => world.engine.result(run)));
    expect(most).toBe(2);
    expect((await world.engine.list({ status: ['done'] })).map((info) => info.id).sort()).toEqual([...runs].sort());
  });
}
