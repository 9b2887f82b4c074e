import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx, Engine, Json, Workflow } from '../engine/index.js';

export interface EngineContractOptions {
  /** Makes an engine over storage that only this test uses; called again, it must see what the last one stored. */
  readonly open: (storage: string) => Promise<Engine>;
  /** A new, empty storage, and its name. */
  readonly newStorage: () => Promise<string>;
}

const workflow = <I extends Json>(
  name: string,
  run: (ctx: Ctx, input: I) => Promise<Json | undefined>,
): Workflow<I> => ({ name, run });

const deferred = <T = void>(): { promise: Promise<T>; resolve: (value: T) => void } => {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};

/** What every engine promises, as a vitest suite. Run it over your own implementation of the port. */
export function describeEngineContract(name: string, { open, newStorage }: EngineContractOptions): void {
  describe(`${name}: the engine contract`, () => {
    let storage: string;
    let engine: Engine;
    let nextId = 0;
    const id = (): string => `01J0000000000000000000${String(++nextId).padStart(4, '0')}`;

    const restart = async (): Promise<void> => {
      await engine.stop();
      engine = await open(storage);
      await engine.start();
    };

    beforeEach(async () => {
      storage = await newStorage();
      engine = await open(storage);
      await engine.start();
    });

    afterEach(async () => {
      await engine.stop();
    });

    it('returns what the workflow returns', async () => {
      const run = id();
      await engine.run(
        workflow('echo', (_ctx, input: Json) => Promise.resolve(input)),
        { a: [1, null, 'x'] },
        { id: run },
      );
      expect(await engine.result(run)).toEqual({ a: [1, null, 'x'] });
      expect(await engine.get(run)).toMatchObject({ id: run, workflow: 'echo', status: 'done' });
    });

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
      const run = id();
      await engine.run(twoSteps, null, { id: run });
      await reached.promise;
      const stopping = engine.stop();
      go.resolve();
      await stopping;
      engine = await open(storage);
      await engine.start();
      go = deferred();
      go.resolve();
      await engine.run(twoSteps, null, { id: run });
      expect(await engine.result(run)).toBe(2);
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
      const run = id();
      await engine.run(hanging, null, { id: run });
      await started.promise;
      await restart();
      await engine.run(hanging, null, { id: run });
      expect(await engine.result(run)).toBe(2);
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
      const run = id();
      await engine.run(failing, null, { id: run });
      await engine.settled(run);
      await restart();
      await engine.run(failing, null, { id: run });
      await engine.signal(run, 'go', true);
      expect(await engine.result(run)).toBe('broken');
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
      const run = id();
      await engine.run(flaky, null, { id: run });
      expect(await engine.result(run)).toBe(3);
    });

    it('rejects the result of a failed run with its error, and says so', async () => {
      const run = id();
      await engine.run(
        workflow('throws', () => Promise.reject(new Error('no luck'))),
        null,
        { id: run },
      );
      await expect(engine.result(run)).rejects.toThrow('no luck');
      expect(await engine.get(run)).toMatchObject({ status: 'failed', error: { message: 'no luck' } });
    });

    it('waits for a signal over a restart, and takes signals in order', async () => {
      const waiting = workflow('waiting', async (ctx) => [
        (await ctx.waitFor('word')) ?? null,
        (await ctx.waitFor('word')) ?? null,
      ]);
      const run = id();
      await engine.run(waiting, null, { id: run });
      expect(await engine.settled(run)).toMatchObject({ status: 'waiting', waitingFor: ['word'] });
      await engine.signal(run, 'word', 'one');
      await restart();
      await engine.run(waiting, null, { id: run });
      await engine.signal(run, 'word', 'two');
      expect(await engine.result(run)).toEqual(['one', 'two']);
    });

    it('delivers a signal that was sent while no engine ran, and ignores a repeated key', async () => {
      const waiting = workflow('waiting', async (ctx) => [
        (await ctx.waitFor('word')) ?? null,
        (await ctx.waitFor('word')) ?? null,
      ]);
      const run = id();
      await engine.run(waiting, null, { id: run });
      await engine.settled(run);
      await engine.stop();
      engine = await open(storage);
      await engine.signal(run, 'word', 'one', 'k1');
      await engine.signal(run, 'word', 'one', 'k1');
      await engine.start();
      await engine.run(waiting, null, { id: run });
      await engine.signal(run, 'word', 'one', 'k1');
      await engine.signal(run, 'word', 'two', 'k2');
      expect(await engine.result(run)).toEqual(['one', 'two']);
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
      const run = id();
      await engine.run(choosy, null, { id: run });
      await reached.promise;
      await engine.signal(run, 'word', 'early');
      go.resolve();
      expect(await engine.settled(run)).toMatchObject({ status: 'waiting' });
      await restart();
      await engine.run(choosy, null, { id: run });
      await engine.signal(run, 'word', 'fresh');
      expect(await engine.result(run)).toBe('fresh');
    });

    it('gives each of two waits a signal of its own, and waits again for the one that is left', async () => {
      const both = workflow('both', async (ctx) =>
        Promise.all([ctx.waitFor('word'), ctx.waitFor('word')]).then((words) => words as Json),
      );
      const run = id();
      await engine.run(both, null, { id: run });
      await engine.settled(run);
      await engine.signal(run, 'word', 'one');
      expect(await engine.settled(run)).toMatchObject({ status: 'waiting', waitingFor: ['word'] });
      await engine.signal(run, 'word', 'two');
      expect(await engine.result(run)).toEqual(['one', 'two']);
    });

    it('is interrupted, not failed, by a fault that says nothing about the work', async () => {
      let full = true;
      const unlucky = workflow('unlucky', (ctx) =>
        ctx.step('write', () =>
          full ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : Promise.resolve('written'),
        ),
      );
      const run = id();
      await engine.run(unlucky, null, { id: run });
      await expect(engine.settled(run)).rejects.toThrow('no space');
      full = false;
      await restart();
      await engine.run(unlucky, null, { id: run });
      expect(await engine.result(run)).toBe('written');
    });

    it('stops waiting when the time is up', async () => {
      const run = id();
      await engine.run(
        workflow('timed', async (ctx) =>
          (await ctx.waitFor('never', { timeoutMs: 20 })) === undefined ? 'timed out' : 'signalled',
        ),
        null,
        { id: run },
      );
      expect(await engine.result(run)).toBe('timed out');
    });

    it('sleeps, and hands the same time and the same uuid back after a restart', async () => {
      const seen: Json[] = [];
      const steady = workflow('steady', async (ctx) => {
        await ctx.sleep(5);
        seen.push([await ctx.now(), await ctx.uuid()]);
        await ctx.waitFor('go');
        return null;
      });
      const run = id();
      await engine.run(steady, null, { id: run });
      await engine.settled(run);
      await restart();
      await engine.run(steady, null, { id: run });
      await engine.signal(run, 'go', true);
      await engine.result(run);
      expect(seen[1]).toEqual(seen[0]);
    });

    it('cancels a running step through its signal, and the run ends cancelled', async () => {
      const started = deferred();
      const run = id();
      await engine.run(
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
      await engine.cancel(run);
      await expect(engine.result(run)).rejects.toMatchObject({ code: 'run-cancelled' });
      expect(await engine.get(run)).toMatchObject({ status: 'cancelled' });
    });

    it('notices when a workflow changed under a running run', async () => {
      const run = id();
      await engine.run(
        workflow('changing', async (ctx) => {
          await ctx.step('old', () => Promise.resolve(1));
          return (await ctx.waitFor('go')) ?? null;
        }),
        null,
        { id: run },
      );
      await engine.settled(run);
      await restart();
      await engine.run(
        workflow('changing', (ctx) => ctx.step('new', () => Promise.resolve(1))),
        null,
        { id: run },
      );
      await expect(engine.settled(run)).rejects.toMatchObject({ code: 'workflow-changed' });
      // Nothing was recorded, so that the version that started it can still finish it.
      expect(await engine.get(run)).toMatchObject({ status: 'running' });
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
      const [before, after] = [id(), id()];
      await engine.run(version1, null, { id: before });
      await engine.settled(before);
      await restart();
      await engine.run(version2, null, { id: before });
      await engine.run(version2, null, { id: after });
      await engine.signal(before, 'go', true);
      await engine.signal(after, 'go', true);
      expect([await engine.result(before), await engine.result(after)]).toEqual(['old', 'new']);
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
      const run = id();
      await engine.run(scoped, null, { id: run });
      await reached.promise;
      await restart();
      await engine.run(scoped, null, { id: run });
      expect(await engine.result(run)).toEqual(['a', 'b', 'c', 'd']);
      expect(ran).toEqual(['scope 1', 'a', 'b', 'scope 2', 'c', 'scope 2', 'd']);
    });

    it('runs a child once and hands its result to the parent', async () => {
      let children = 0;
      const child = workflow('child', (ctx, input: number) =>
        ctx.step('count', () => {
          children += 1;
          return Promise.resolve(input * 2);
        }),
      );
      const [parentId, childId] = [id(), id()];
      const parent = workflow('parent', async (ctx) => {
        const doubled = await ctx.child(child, 21, { id: childId });
        await ctx.waitFor('go');
        return doubled ?? null;
      });
      await engine.run(parent, null, { id: parentId });
      await engine.settled(parentId);
      await restart();
      await engine.run(parent, null, { id: parentId });
      await engine.signal(parentId, 'go', true);
      expect(await engine.result(parentId)).toBe(42);
      expect(children).toBe(1);
    });

    it('never runs more of a queue at once than it allows', async () => {
      engine.defineQueue('narrow', { concurrency: 2 });
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
      const runs = Array.from({ length: 8 }, id);
      for (const run of runs) await engine.run(counted, null, { id: run, queue: 'narrow' });
      await Promise.all(runs.map((run) => engine.result(run)));
      expect(most).toBe(2);
      expect((await engine.list({ status: ['done'] })).map((info) => info.id).sort()).toEqual([...runs].sort());
    });

    it('has no result of a run that was stopped in the middle', async () => {
      const run = id();
      await engine.run(
        workflow('waits', async (ctx) => (await ctx.waitFor('go')) ?? null),
        null,
        { id: run },
      );
      await restart();
      await expect(engine.result(run)).rejects.toMatchObject({ code: 'engine-stopped' });
    });

    it('resumes a run from its storage alone', async () => {
      const steps = workflow('resumed', async (ctx, input: string) => {
        const word = await ctx.step('shout', () => Promise.resolve(input.toUpperCase()));
        return [word, (await ctx.waitFor('go')) ?? null];
      });
      const run = id();
      await engine.run(steps, 'hi', { id: run });
      await engine.settled(run);
      await restart();
      engine.register(steps);
      await engine.resume(run);
      await engine.signal(run, 'go', 1);
      expect(await engine.result(run)).toEqual(['HI', 1]);
    });

    it('says that it does not know a run', async () => {
      await expect(engine.result(id())).rejects.toMatchObject({ code: 'unknown-run' });
      await expect(engine.resume(id())).rejects.toMatchObject({ code: 'unknown-run' });
      await expect(engine.signal(id(), 'word', 1)).rejects.toMatchObject({ code: 'unknown-run' });
      expect(await engine.get(id())).toBeUndefined();
    });
  });
}
