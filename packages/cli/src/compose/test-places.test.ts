import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inTestPlace } from './test-places.js';

const places = Math.max(2, availableParallelism());

/** Takes all places, and gives what frees them. */
function occupy(): () => void {
  let free = (): void => undefined;
  const freed = new Promise<void>((resolve) => (free = resolve));
  for (let at = 0; at < places; at += 1) void inTestPlace(new AbortController().signal, () => freed);
  return free;
}

it('has no more done at once than there are places, in the order it was asked', async () => {
  const order: number[] = [];
  let atOnce = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: places * 3 }, (_, at) =>
      inTestPlace(new AbortController().signal, async () => {
        order.push(at);
        most = Math.max(most, (atOnce += 1));
        await delay(1);
        atOnce -= 1;
      }),
    ),
  );
  expect(most).toBe(places);
  expect(order).toEqual(Array.from({ length: places * 3 }, (_, at) => at));
});

it('lets whoever is aborted go without a place, and does nothing for them later', async () => {
  const free = occupy();
  const aborter = new AbortController();
  let isBegun = false;
  const waiting = inTestPlace(aborter.signal, () => {
    isBegun = true;
    return Promise.resolve();
  });
  aborter.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  free();
  await expect(inTestPlace(new AbortController().signal, () => Promise.resolve('next'))).resolves.toBe('next');
  expect(isBegun).toBe(false);
});

it('waits for the end of work that was begun before the abort', async () => {
  const aborter = new AbortController();
  let isOver = false;
  const working = inTestPlace(aborter.signal, async () => {
    aborter.abort(new Error('cancelled'));
    await delay(5);
    isOver = true;
    return 'ended';
  });
  await expect(working).resolves.toBe('ended');
  expect(isOver).toBe(true);
});

it('frees the place of work that failed', async () => {
  const fail = () => inTestPlace(new AbortController().signal, () => Promise.reject(new Error('failed')));
  for (let at = 0; at < places; at += 1) await expect(fail()).rejects.toThrow('failed');
  await expect(inTestPlace(new AbortController().signal, () => Promise.resolve(1))).resolves.toBe(1);
});
