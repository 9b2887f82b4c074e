import { expect, it } from 'vitest';
import { type ContractWorld, deferred, workflow } from './contract-world.js';

/** What stops a run is told from what ends it, and what was stopped goes on. */
export function proveInterruption(world: ContractWorld): void {
  it('is interrupted, not failed, by a fault that says nothing about the work', async () => {
    let full = true;
    const unlucky = workflow('unlucky', (ctx) =>
      ctx.step('write', () =>
        full ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : Promise.resolve('written'),
      ),
    );
    const run = world.id();
    await world.engine.run(unlucky, null, { id: run });
    await expect(world.engine.settled(run)).rejects.toThrow('no space');
    full = false;
    await world.restart();
    await world.engine.run(unlucky, null, { id: run });
    expect(await world.engine.result(run)).toBe('written');
  });

  it('cancels a running step through its signal, and the run ends cancelled', async () => {
    const started = deferred();
    const run = world.id();
    await world.engine.run(
      workflow('endless', (ctx) =>
        ctx.step('endless', async ({ signal }) => {
          started.resolve();
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(signal.reason as Error);
            });
          });
          return null;
        }),
      ),
      null,
      { id: run },
    );
    await started.promise;
    await world.engine.cancel(run);
    await expect(world.engine.result(run)).rejects.toMatchObject({ code: 'run-cancelled' });
    expect(await world.engine.get(run)).toMatchObject({ status: 'cancelled' });
  });

  it('has no result of a run that was stopped in the middle', async () => {
    const run = world.id();
    await world.engine.run(
      workflow('waits', async (ctx) => (await ctx.waitFor('go')) ?? null),
      null,
      { id: run },
    );
    await world.restart();
    await expect(world.engine.result(run)).rejects.toMatchObject({ code: 'engine-stopped' });
  });

  it('resumes a run from its storage alone', async () => {
    const steps = workflow('resumed', async (ctx, input: string) => {
      const word = await ctx.step('shout', () => Promise.resolve(input.toUpperCase()));
      return [word, (await ctx.waitFor('go')) ?? null];
    });
    const run = world.id();
    await world.engine.run(steps, 'hi', { id: run });
    await world.engine.settled(run);
    await world.restart();
    world.engine.register(steps);
    await world.engine.resume(run);
    await world.engine.signal(run, 'go', 1);
    expect(await world.engine.result(run)).toEqual(['HI', 1]);
  });
}
