import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inParallel } from './in-parallel.js';

/** Promises that are settled by hand. */
const deferred = () => {
  const settle: (() => void)[] = [];
  return { settle, wait: (index: number) => new Promise<void>((resolve) => (settle[index] = resolve)) };
};

it('tells results in the order of the items, whichever is done first, and never works on more than it may', async () => {
  const { settle, wait } = deferred();
  const told: string[] = [];
  const done = inParallel(
    2,
    ['a', 'b', 'c'],
    async (item) => (await wait('abc'.indexOf(item)), item),
    (item) => told.push(item),
  );
  expect(settle[2]).toBeUndefined();
  settle[1]?.();
  await setImmediate();
  expect([told, settle[2] !== undefined]).toEqual([[], true]);
  settle[0]?.();
  await setImmediate();
  expect(told).toEqual(['a', 'b']);
  settle[2]?.();
  expect(await done).toEqual(['a', 'b', 'c']);
  expect(told).toEqual(['a', 'b', 'c']);
});

it('begins nothing more after one has failed, and throws what it threw when the others are done', async () => {
  const { settle, wait } = deferred();
  const begun: number[] = [];
  const done = inParallel(2, [0, 1, 2, 3], async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('broken');
    await wait(item);
  });
  await setImmediate();
  settle[0]?.();
  await expect(done).rejects.toThrow('broken');
  expect(begun).toEqual([0, 1]);
});
