import { expect, it } from 'vitest';
import { CloudRateLimitedError, CloudTaskGoneError, CloudUnavailableError } from '../cli/errors.js';
import type { CloudTaskState } from '../cli/task-status.js';
import { patiently } from './patiently.js';
import { pollTask } from './poll.js';

const backoff = { baseMs: 1000, capMs: 60_000 };

/** Looks at a task that stands like this, one look after the other; no time passes but what is slept. */
async function poll(said: readonly (CloudTaskState | Error)[], { timeLimitMs = 60 * 60_000, startedMs = 0 } = {}) {
  const left = [...said];
  const slept: number[] = [];
  let now = startedMs;
  await pollTask('task_e_1', {
    cli: {
      status: () => {
        const next = left.shift() ?? 'pending';
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
      },
    },
    submittedAt: 0,
    timeLimitMs,
    backoff,
    now: () => now,
    random: () => 0.5,
    sleep: (ms) => {
      if (slept.push(ms) > 100) throw new Error('it looks for ever');
      now += ms;
      return Promise.resolve();
    },
  });
  expect(left).toEqual([]);
  return slept;
}

const gone = new CloudTaskGoneError('task_e_1');
const away = new CloudUnavailableError('it is away');

it('waits longer from look to look, until the task is ready, or was applied by somebody', async () => {
  expect(await poll(['pending', 'pending', 'pending', 'ready'])).toEqual([500, 1000, 2000]);
  expect(await poll(['applied'])).toEqual([]);
  await expect(poll(['error'])).rejects.toMatchObject({ code: 'cloud-task-failed' });
});

it('waits for as long as it is told to, and the longest where it is not told', async () => {
  expect(await poll([new CloudRateLimitedError(90_000), 'ready'])).toEqual([90_500]);
  expect(await poll([new CloudRateLimitedError(undefined), 'ready'])).toEqual([60_500]);
});

it('bears moments in which nothing is known, as long as they do not last', async () => {
  await poll([gone, gone, 'pending', gone, gone, 'ready']);
  await expect(poll([gone, gone, gone])).rejects.toBe(gone);
  await poll([...Array<Error>(19).fill(away), 'pending', ...Array<Error>(19).fill(away), 'ready']);
  await expect(poll(Array<Error>(20).fill(away))).rejects.toBe(away);
});

it('gives up when the time is over, counted from the submission, and sleeps no longer than until then', async () => {
  await expect(poll([], { timeLimitMs: 1200 })).rejects.toMatchObject({ code: 'cloud-time-limit' });
  await expect(poll(['pending'], { timeLimitMs: 1200, startedMs: 1200 })).rejects.toMatchObject({
    code: 'cloud-time-limit',
  });
  expect(await poll(['pending', 'ready'], { timeLimitMs: 1200, startedMs: 1000 })).toEqual([200]);
});

it('tries again what was refused for now, and not for ever', async () => {
  const quick = { backoff: { baseMs: 0, capMs: 0 } };
  let tries = 0;
  const failing = (times: number, error: Error) => () => {
    tries += 1;
    return tries <= times ? Promise.reject(error) : Promise.resolve('done');
  };
  for (const error of [away, new CloudRateLimitedError(0)]) {
    tries = 0;
    expect(await patiently(failing(8, error), quick)).toBe('done');
    tries = 0;
    await expect(patiently(failing(9, error), quick)).rejects.toBe(error);
    expect(tries).toBe(9);
  }
  tries = 0;
  await expect(patiently(failing(1, gone), quick)).rejects.toBe(gone);
  expect(tries).toBe(1);
});
