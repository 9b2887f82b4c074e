import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { takeAttemptPlace } from './attempt-place.js';

it('knows the places of evaluations that begin later, gives each to one at a time, and leaves nothing in it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'attempt-place-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  // Of one that was killed.
  await mkdir(path.join(folder, '1/right-1'), { recursive: true });
  const first = await takeAttemptPlace(folder);
  expect(await readdir(first.dir)).toEqual([]);
  {
    await using second = await takeAttemptPlace(folder);
    expect(first.others).toContain(second.dir);
    expect(second.others).toContain(first.dir);
    expect(second.others).not.toContain(second.dir);
    await writeFile(path.join(second.dir, 'secret'), '');
    // Hidden while it is there already: what is mounted over it would show again were it removed.
    for (const other of first.others) expect(await readdir(path.dirname(other))).toContain(path.basename(other));
  }
  const third = await takeAttemptPlace(folder);
  expect(first.others).toContain(third.dir);
  expect(await readdir(third.dir)).toEqual([]);
  await third[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
});

it('refuses one more than there are places', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'attempt-place-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const first = await takeAttemptPlace(folder);
  const others = await Promise.all(first.others.map(() => takeAttemptPlace(folder)));
  expect(new Set([first, ...others].map(({ dir }) => dir)).size).toBe(first.others.length + 1);
  await expect(takeAttemptPlace(folder)).rejects.toMatchObject({ code: 'eval-places-taken' });
  for (const place of [first, ...others]) await place[Symbol.asyncDispose]();
});
