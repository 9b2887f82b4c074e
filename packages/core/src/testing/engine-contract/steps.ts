import { expect, it } from 'vitest';
import { type ContractWorld, deferred, workflow } from './contract-world.js';

/** A result is recorded once, also that of a step which failed. */
export function proveSteps(world: ContractWorld): void {
  it('hands a finished step back after a restart instead of running it again', async () => {
    const ran: string[] = [];
    const reached = deferred();
    let go = deferred();
    const twoSteps = workflow('two-steps', async (ctx) => {
      const first = await ctx.step('first', () => {
        ran.push('first');
        return Promise.resolve({ value: 1 });
      });
      reached.resolve();
      await go.promise;
      const second = await ctx.step('second', () => {
        ran.push('second');
        return Promise.resolve(first.value + 1);
      });
      return second;
    });
    const run = world.id();
    await world.engine.run(twoSteps, null, { id: run });
    await reached.promise;
    const stopping = world.engine.stop();
    go.resolve();
    await stopping;
    await world.reopen();
    await world.engine.start();
    go = deferred();
    go.resolve();
    await world.engine.run(twoSteps, null, { id: run });
    expect(await world.engine.result(run)).toBe(2);
    expect(ran).toEqual(['first', 'second']);
  });

  it('gives a step that did not finish a higher attempt and the same key', async () => {
    const seen: { key: string; attempt: number }[] = [];
    const started = deferred();
    const hanging = workflow('hanging', (ctx) =>
      ctx.step('work', async ({ key, attempt, signal }) => {
        seen.push({ key, attempt });
        started.resolve();
        if (attempt === 1) {
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(signal.reason as Error);
            });
          });
        }
        return attempt;
      }),
    );
    const run = world.id();
    await world.engine.run(hanging, null, { id: run });
    await started.promise;
    await world.restart();
    await world.engine.run(hanging, null, { id: run });
    expect(await world.engine.result(run)).toBe(2);
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
  });

  it('records the failure of a step and hands it back', async () => {
    let tries = 0;
    const failing = workflow('failing', async (ctx) => {
      try {
        await ctx.step('bad', () => {
          tries += 1;
          return Promise.reject(new Error('broken'));
        });
      } catch (error) {
        await ctx.waitFor('go');
        return (error as Error).message;
      }
      return 'fine';
    });
    const run = world.id();
    await world.engine.run(failing, null, { id: run });
    await world.engine.settled(run);
    await world.restart();
    await world.engine.run(failing, null, { id: run });
    await world.engine.signal(run, 'go', true);
    expect(await world.engine.result(run)).toBe('broken');
    expect(tries).toBe(1);
  });

  it('tries a step again as often as it is told, and no more', async () => {
    let tries = 0;
    const flaky = workflow('flaky', (ctx) =>
      ctx.step(
        'flaky',
        () => {
          tries += 1;
          return tries < 3 ? Promise.reject(new Error('again')) : Promise.resolve(tries);
        },
        { retries: 2, retryDelayMs: 1 },
      ),
    );
    const run = world.id();
    await world.engine.run(flaky, null, { id: run });
    expect(await world.engine.result(run)).toBe(3);
  });

  it('hands a finished scope back as a whole, and the finished steps of an unfinished one', async () => {
    const ran: string[] = [];
    const note = (what: string) => () => {
      ran.push(what);
      return Promise.resolve(what);
    };
    const scoped = workflow('scoped', async (ctx) => {
      const first = await ctx.scope('first', async (inner) => {
        ran.push('scope 1');
        return [await inner.step('a', note('a')), await inner.step('b', note('b'))];
      });
      const second = await ctx.scope('second', async (inner) => {
        ran.push('scope 2');
        const c = await inner.step('c', note('c'));
        if (ran.filter((what) => what === 'scope 2').length === 1) {
          reached.resolve();
          await new Promise((_resolve, reject) => {
            inner.signal.addEventListener('abort', () => {
              reject(inner.signal.reason as Error);
            });
          });
        }
        return [c, await inner.step('d', note('d'))];
      });
      return [...first, ...second];
    });
    const reached = deferred();
    const run = world.id();
    await world.engine.run(scoped, null, { id: run });
    await reached.promise;
    await world.restart();
    await world.engine.run(scoped, null, { id: run });
    expect(await world.engine.result(run)).toEqual(['a', 'b', 'c', 'd']);
    expect(ran).toEqual(['scope 1', 'a', 'b', 'scope 2', 'c', 'scope 2', 'd']);
  });
}
