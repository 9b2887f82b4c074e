import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { watchSyncs } from '../../../test/synced.js';
import { describeEngineContract } from '../../testing/engine-contract.js';
import { DiskFullError } from '../../fs/errors.js';
import { ChainedLog } from '../../log/chained-log.js';
import type { Ctx, Workflow } from '../engine.js';
import type { Json } from '../json.js';
import type { JournalEntry } from './entries.js';
import { JournalEngine } from './journal-engine.js';

const made: string[] = [];
const newStorage = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'journal-engine-'));
  made.push(folder);
  return folder;
};

const engineIn = (folder: string): JournalEngine =>
  new JournalEngine({ folderOf: (id) => path.join(folder, id), list: () => readdir(folder) });

afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true });
});

describeEngineContract('JournalEngine', { open: (storage) => Promise.resolve(engineIn(storage)), newStorage });

const waiting: Workflow<null> = { name: 'waiting', run: async (ctx: Ctx) => (await ctx.waitFor('go')) ?? null };

it('refuses a run that another engine holds, and names the holder', async () => {
  const folder = await newStorage();
  await using first = engineIn(folder);
  await using second = engineIn(folder);
  await first.run(waiting, null, { id: 'r' });
  await expect(second.run(waiting, null, { id: 'r' })).rejects.toMatchObject({
    code: 'locked',
    holder: { pid: process.pid },
  });
});

it('hands a signal of another engine to the one that holds the run', async () => {
  const folder = await newStorage();
  await using holder = engineIn(folder);
  await using other = engineIn(folder);
  await holder.run(waiting, null, { id: 'r' });
  await other.signal('r', 'go', 'hello');
  expect(await holder.result('r')).toBe('hello');
  expect(await readdir(path.join(folder, 'r', 'inbox'))).toEqual([]);
});

it('lets go of a run that waits, so that another engine goes on with it', async () => {
  const folder = await newStorage();
  await using first = engineIn(folder);
  await using second = engineIn(folder);
  await first.run(waiting, null, { id: 'r' });
  await first.settled('r');
  await first.release('r');
  await first.release('r');
  second.register(waiting);
  await second.signal('r', 'go', 'on');
  await second.resume('r');
  expect(await second.result('r')).toBe('on');
  expect(await first.result('r')).toBe('on');
});

it('does not sync attempts, and records one result a step', async () => {
  const folder = await newStorage();
  await using engine = engineIn(folder);
  const { datasync } = await watchSyncs();
  await engine.run({ name: 'steps', run: (ctx: Ctx) => ctx.step('one', () => Promise.resolve(1)) }, null, { id: 'r' });
  await engine.result('r');
  // The start, the result and the end.
  expect(datasync).toHaveBeenCalledTimes(3);
  const types = (await readFile(path.join(folder, 'r', 'journal.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(['start', 'attempt', 'result', 'end']);
});

it('puts an unreadable letter aside and delivers those behind it', async () => {
  const folder = await newStorage();
  await using engine = engineIn(folder);
  await engine.run(waiting, null, { id: 'r' });
  await engine.settled('r');
  const inbox = path.join(folder, 'r', 'inbox');
  await writeFile(path.join(inbox, '0.json'), '{');
  await symlink('/dev/zero', path.join(inbox, '1.json'));
  await using other = engineIn(folder);
  await other.signal('r', 'go', 'hello');
  expect(await engine.result('r')).toBe('hello');
  expect((await readdir(inbox)).sort()).toEqual(['0.json.bad', '1.json.bad']);
});

it('delivers letters in the order in which they were posted', async () => {
  const folder = await newStorage();
  const words: Workflow<null> = {
    name: 'words',
    run: async (ctx: Ctx) => [
      (await ctx.waitFor('w')) ?? null,
      (await ctx.waitFor('w')) ?? null,
      (await ctx.waitFor('w')) ?? null,
    ],
  };
  {
    await using engine = engineIn(folder);
    await engine.run(words, null, { id: 'r' });
    await engine.settled('r');
  }
  await using engine = engineIn(folder);
  engine.register(words);
  for (const word of ['a', 'b', 'c']) await engine.signal('r', 'w', word);
  await engine.resume('r');
  expect(await engine.result('r')).toEqual(['a', 'b', 'c']);
});

it('leaves a run resumable when its disk was full, though closing what it used failed as well', async () => {
  const folder = await newStorage();
  const full: Workflow<null> = {
    name: 'full',
    run: async () => {
      await using resource = { [Symbol.asyncDispose]: () => Promise.reject(new Error('it cannot be closed either')) };
      expect(resource).toBeDefined();
      throw new DiskFullError('/some/file', undefined);
    },
  };
  await using engine = engineIn(folder);
  await engine.run(full, null, { id: 'r' });
  await expect(engine.result('r')).rejects.toMatchObject({ code: 'disk-full' });
  expect(await engine.get('r')).toMatchObject({ status: 'running' });
});

it('says why a run could not start, not that its lock could not be released after that', async () => {
  const folder = await newStorage();
  await using engine = engineIn(folder);
  const reason = new Error('the reason');
  const input = {
    toJSON: () => {
      rmSync(folder, { recursive: true });
      throw reason;
    },
  } as unknown as Json;
  await expect(engine.run(waiting as Workflow, input, { id: 'r' })).rejects.toBe(reason);
});

it('takes a signal that came while it was away, though it wants only those since its wait began', async () => {
  const folder = await newStorage();
  const choosy: Workflow<null> = {
    name: 'choosy',
    run: async (ctx: Ctx) => (await ctx.waitFor('go', { fresh: true })) ?? null,
  };
  await using first = engineIn(folder);
  await using second = engineIn(folder);
  await first.run(choosy, null, { id: 'r' });
  await first.settled('r');
  await first.release('r');
  second.register(choosy);
  await second.signal('r', 'go', 'meanwhile');
  await second.resume('r');
  expect(await second.result('r')).toBe('meanwhile');
});

it('repeats nothing of a scope that failed', async () => {
  const folder = await newStorage();
  let times = 0;
  const failing: Workflow<null> = {
    name: 'failing',
    run: async (ctx: Ctx) => {
      await ctx
        .scope('part', () => {
          times += 1;
          return Promise.reject(new Error('no'));
        })
        .catch(() => undefined);
      return (await ctx.waitFor('go')) ?? null;
    },
  };
  await using first = engineIn(folder);
  await using second = engineIn(folder);
  await first.run(failing, null, { id: 'r' });
  await first.settled('r');
  await first.release('r');
  second.register(failing);
  await second.signal('r', 'go', 'on');
  await second.resume('r');
  expect(await second.result('r')).toBe('on');
  expect(times).toBe(1);
});

/** Leaves a journal as an engine did that was killed two hours ago. */
async function leaveJournal(folder: string, ...entries: readonly JournalEntry[]): Promise<void> {
  const twoHoursAgo = Date.now() - 2 * 60 * 60 * 1000;
  await using log = await ChainedLog.open(path.join(folder, 'r', 'journal.jsonl'), {
    subject: 'r',
    now: () => twoHoursAgo,
  });
  for (const { type, data } of entries) await log.append({ actor: 'engine', type, data });
}

it('waits only for what is left of a time that passed while nobody was there', async () => {
  const folder = await newStorage();
  const ms = 60 * 60 * 1000;
  await leaveJournal(
    folder,
    { type: 'start', data: { workflow: 'sleepy', input: null } },
    { type: 'timer', data: { op: '0', name: 'sleep', ms } },
  );
  await using engine = engineIn(folder);
  engine.register({ name: 'sleepy', run: (ctx: Ctx) => ctx.sleep(ms).then(() => 'awake') });
  await engine.resume('r');
  expect(await engine.result('r')).toBe('awake');
});

it('does nothing more of a run that was cancelled and then killed', async () => {
  const folder = await newStorage();
  await leaveJournal(folder, { type: 'start', data: { workflow: 'busy', input: null } }, { type: 'cancel', data: {} });
  await using engine = engineIn(folder);
  let times = 0;
  engine.register({ name: 'busy', run: (ctx: Ctx) => ctx.step('work', () => Promise.resolve(++times)) });
  await engine.resume('r');
  await expect(engine.result('r')).rejects.toMatchObject({ code: 'run-cancelled' });
  expect(times).toBe(0);
  expect(await engine.get('r')).toMatchObject({ status: 'cancelled' });
});
