import { expect, it } from 'vitest';
import type { Json } from '../../engine/index.js';
import { type ContractWorld, deferred, workflow } from './contract-world.js';

/** A signal counts once and in order, whoever runs when it is sent. */
export function proveSignals(world: ContractWorld): void {
  it('waits for a signal over a restart, and takes signals in order', async () => {
    const waiting = workflow('waiting', async (ctx) => [
      (await ctx.waitFor('word')) ?? null,
      (await ctx.waitFor('word')) ?? null,
    ]);
    const run = world.id();
    await world.engine.run(waiting, null, { id: run });
    expect(await world.engine.settled(run)).toMatchObject({ status: 'waiting', waitingFor: ['word'] });
    await world.engine.signal(run, 'word', 'one');
    await world.restart();
    await world.engine.run(waiting, null, { id: run });
    await world.engine.signal(run, 'word', 'two');
    expect(await world.engine.result(run)).toEqual(['one', 'two']);
  });

  it('delivers a signal that was sent while no engine ran, and ignores a repeated key', async () => {
    const waiting = workflow('waiting', async (ctx) => [
      (await ctx.waitFor('word')) ?? null,
      (await ctx.waitFor('word')) ?? null,
    ]);
    const run = world.id();
    await world.engine.run(waiting, null, { id: run });
    await world.engine.settled(run);
    await world.engine.stop();
    await world.reopen();
    await world.engine.signal(run, 'word', 'one', 'k1');
    await world.engine.signal(run, 'word', 'one', 'k1');
    await world.engine.start();
    await world.engine.run(waiting, null, { id: run });
    await world.engine.signal(run, 'word', 'one', 'k1');
    await world.engine.signal(run, 'word', 'two', 'k2');
    expect(await world.engine.result(run)).toEqual(['one', 'two']);
  });

  it('counts only signals that came after the wait began, where it is told to', async () => {
    const reached = deferred();
    const go = deferred();
    const choosy = workflow('choosy', async (ctx) => {
      await ctx.step('work', async () => {
        reached.resolve();
        await go.promise;
        return null;
      });
      return (await ctx.waitFor('word', { fresh: true })) ?? null;
    });
    const run = world.id();
    await world.engine.run(choosy, null, { id: run });
    await reached.promise;
    await world.engine.signal(run, 'word', 'early');
    go.resolve();
    expect(await world.engine.settled(run)).toMatchObject({ status: 'waiting' });
    await world.restart();
    await world.engine.run(choosy, null, { id: run });
    await world.engine.signal(run, 'word', 'fresh');
    expect(await world.engine.result(run)).toBe('fresh');
  });

  it('gives each of two waits a signal of its own, and waits again for the one that is left', async () => {
    const both = workflow('both', async (ctx) =>
      Promise.all([ctx.waitFor('word'), ctx.waitFor('word')]).then((words) => words as Json),
    );
    const run = world.id();
    await world.engine.run(both, null, { id: run });
    await world.engine.settled(run);
    await world.engine.signal(run, 'word', 'one');
    expect(await world.engine.settled(run)).toMatchObject({ status: 'waiting', waitingFor: ['word'] });
    await world.engine.signal(run, 'word', 'two');
    expect(await world.engine.result(run)).toEqual(['one', 'two']);
  });

  it('shows signals to a step, without taking them', async () => {
    const looking = workflow('looking', async (ctx) => {
      const seen = await ctx.step('look', async (step) => [
        await step.observe('word', (word) => word === 'two'),
        await step.observe('word', () => true),
      ]);
      return [...seen, (await ctx.waitFor('word')) ?? null];
    });
    const run = world.id();
    await world.engine.run(looking, null, { id: run });
    await world.engine.signal(run, 'word', 'one');
    await world.engine.signal(run, 'word', 'two');
    expect(await world.engine.result(run)).toEqual(['two', 'one', 'one']);
  });

  it('ends a look for a signal that nobody sends with the step', async () => {
    const looking = workflow('looking', (ctx) => ctx.step('look', (step) => step.observe('word', () => true)));
    const run = world.id();
    await world.engine.run(looking, null, { id: run });
    await world.engine.cancel(run);
    await expect(world.engine.result(run)).rejects.toMatchObject({ code: 'run-cancelled' });
  });
}
