import type { Ctx, Workflow } from '@codex-orch/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DbosEngine } from '../src/index.js';
import { type RealPostgres, realPostgres } from './real-postgres.js';

let postgres: RealPostgres | undefined;
let template: string;

const server = (): RealPostgres => {
  if (!postgres) throw new Error('Postgres did not start.');
  return postgres;
};

beforeAll(async () => {
  postgres = await realPostgres();
  template = await postgres.newDatabase();
  await using engine = new DbosEngine({ url: template, version: '1' });
  await engine.list();
});

afterAll(() => postgres?.[Symbol.asyncDispose]());

const asks: Workflow<string> = {
  name: 'asks',
  run: async (ctx: Ctx, question) => [question, (await ctx.waitFor('answer')) ?? null],
};

it('takes from a queue what was submitted elsewhere, and hears an answer that was given elsewhere', async () => {
  const url = await server().newDatabase(template);
  await using elsewhere = new DbosEngine({ url, version: '1' });
  elsewhere.defineQueue('goals', { concurrency: 1 });
  await elsewhere.submit('asks', 'ready?', { id: 'r', queue: 'goals' });
  await using worker = new DbosEngine({ url, version: '1' });
  worker.register(asks);
  worker.defineQueue('goals', {});
  await worker.start();
  expect(await elsewhere.settled('r')).toMatchObject({ status: 'waiting', waitingFor: ['answer'] });
  await elsewhere.signal('r', 'answer', 'yes', 'only-once');
  await elsewhere.signal('r', 'answer', 'no', 'only-once');
  expect(await elsewhere.result('r')).toEqual(['ready?', 'yes']);
  expect(await elsewhere.sent('r', 'answer')).toEqual(['yes']);
});

it('lets other goals have the place of one that waits for an answer, and goes on with it when that comes', async () => {
  const url = await server().newDatabase(template);
  await using engine = new DbosEngine({ url, version: '1', suspendAfterMs: 0 });
  engine.register(asks);
  engine.defineQueue('goals', { concurrency: 1 });
  await engine.start();
  for (const id of ['a', 'b', 'c']) await engine.submit('asks', id, { id, queue: 'goals' });
  for (const id of ['a', 'b', 'c']) expect(await engine.settled(id)).toMatchObject({ status: 'waiting' });
  for (const id of ['c', 'a', 'b']) await engine.signal(id, 'answer', `to ${id}`);
  expect(await Promise.all(['a', 'b', 'c'].map((id) => engine.result(id)))).toEqual([
    ['a', 'to a'],
    ['b', 'to b'],
    ['c', 'to c'],
  ]);
});

it('lets a run that says so keep its place while it waits', async () => {
  const url = await server().newDatabase(template);
  await using engine = new DbosEngine({ url, version: '1', suspendAfterMs: 0 });
  const stays: Workflow<string> = {
    name: 'asks',
    run: async (ctx: Ctx, question) => {
      if (question === 'stays') engine.stay(ctx.runId, true);
      return (await ctx.waitFor('answer')) ?? null;
    },
  };
  engine.register(stays);
  engine.defineQueue('goals', { concurrency: 1 });
  await engine.start();
  for (const id of ['goes', 'stays', 'next']) await engine.submit('asks', id, { id, queue: 'goals' });
  for (const id of ['goes', 'stays']) expect(await engine.settled(id)).toMatchObject({ status: 'waiting' });
  await engine.signal('goes', 'answer', 1);
  expect(await engine.get('next')).toMatchObject({ status: 'queued' });
  await engine.signal('stays', 'answer', 2);
  expect(await engine.result('stays')).toBe(2);
  expect(await engine.settled('next')).toMatchObject({ status: 'waiting' });
});

it('keeps where the state of a run lies, and lets only the owner of the run change that', async () => {
  const url = await server().newDatabase(template);
  await using engine = new DbosEngine({ url, version: '1' });
  const seen: unknown[] = [];
  const points: Workflow<null> = {
    name: 'points',
    run: async (ctx: Ctx) => {
      const pointer = engine.pointerOf(ctx.runId);
      seen.push(await pointer.read());
      await pointer.write({ newest: 1 });
      await pointer.write({ newest: 2 });
      // As if another worker had taken the run over.
      await engine.database.query(`UPDATE dbos.workflow_status SET owner_xid = 'another' WHERE workflow_uuid = $1`, [
        ctx.runId,
      ]);
      const refused = await pointer.write({ newest: 3 }).catch((error: unknown) => error);
      seen.push((refused as { code?: string }).code, await pointer.read());
      return null;
    },
  };
  engine.defineQueue('goals', {});
  await engine.start();
  engine.register(points);
  await engine.submit('points', null, { id: 'r', queue: 'goals' });
  await expect.poll(() => seen).toEqual([undefined, 'lease-lost', { newest: 2 }]);
  expect(() => engine.pointerOf('another')).toThrow('belongs to another worker');
});

it('cancels from elsewhere a goal that runs, and one that nobody runs', async () => {
  const url = await server().newDatabase(template);
  await using elsewhere = new DbosEngine({ url, version: '1' });
  elsewhere.defineQueue('goals', { concurrency: 1 });
  await elsewhere.submit('asks', '', { id: 'runs', queue: 'goals' });
  await elsewhere.submit('asks', '', { id: 'queued', queue: 'goals' });
  await using worker = new DbosEngine({ url, version: '1' });
  worker.register(asks);
  worker.defineQueue('goals', {});
  await worker.start();
  await elsewhere.settled('runs');
  for (const id of ['queued', 'runs']) {
    await elsewhere.cancel(id);
    await expect(elsewhere.result(id)).rejects.toMatchObject({ code: 'run-cancelled' });
    expect(await elsewhere.get(id)).toMatchObject({ status: 'cancelled' });
  }
});

it('shows in one look how runs stand, who has them, and what they last said', async () => {
  const url = await server().newDatabase(template);
  await using elsewhere = new DbosEngine({ url, version: '1' });
  elsewhere.defineQueue('goals', { concurrency: 1 });
  for (const id of ['a', 'b']) await elsewhere.submit('asks', { id }, { id, queue: 'goals' });
  {
    await using worker = new DbosEngine({ url, version: '1', executor: 'one', suspendAfterMs: 60_000 });
    worker.register(asks);
    worker.defineQueue('goals', {});
    await worker.start();
    await elsewhere.settled('a');
    for (const said of ['first', 'last']) await worker.signal('a', 'told', said);
    expect(await elsewhere.seen(['a', 'b', 'nobody'], 'told')).toMatchObject([
      { id: 'a', status: 'waiting', executor: 'one', said: 'last', outcome: null, strandedBy: null },
      { id: 'b', status: 'queued', executor: null, said: null, outcome: null, strandedBy: null },
    ]);
  }
  await elsewhere.cancel('b');
  expect(await elsewhere.seen(['a', 'b'], 'told')).toMatchObject([
    { id: 'a', executor: null, outcome: null },
    { id: 'b', status: 'cancelled', outcome: { ok: false, error: { code: 'run-cancelled' } } },
  ]);
  const having = { field: 'id', value: 'b' };
  // Postgres would look into none of them for that character.
  await elsewhere.submit('asks', { id: 'nul', said: 'a\0b' }, { id: 'nul', queue: 'goals' });
  expect(await elsewhere.submissions({ workflow: 'asks', queue: 'goals', having })).toEqual([
    { id: 'b', input: { id: 'b' } },
  ]);
  expect(await elsewhere.submissions({ workflow: 'asks', queue: 'goals' })).toHaveLength(3);
  expect(await elsewhere.submissions({ workflow: 'asks', queue: 'others' })).toEqual([]);
});

it('leaves runs of a version that it cannot replay to others, and says which', async () => {
  const url = await server().newDatabase(template);
  {
    await using old = new DbosEngine({ url, version: '1' });
    old.register(asks);
    old.defineQueue('goals', {});
    await old.start();
    await old.submit('asks', 'begun with 1', { id: 'r', queue: 'goals' });
    await old.settled('r');
  }
  {
    await using stranger = new DbosEngine({ url, version: '3' });
    stranger.register(asks);
    stranger.defineQueue('goals', {});
    await stranger.start();
    await stranger.signal('r', 'answer', 'yes');
    await stranger.submit('asks', 'a new one', { id: 'new', queue: 'goals' });
    expect(await stranger.settled('new')).toMatchObject({ status: 'waiting' });
    expect(await stranger.stranded()).toEqual([{ id: 'r', version: '1' }]);
    expect(await stranger.seen(['r'], 'answer')).toMatchObject([{ strandedBy: '1', said: 'yes' }]);
  }
  await using heir = new DbosEngine({ url, version: '2', replays: ['1'] });
  heir.register(asks);
  heir.defineQueue('goals', {});
  await heir.start();
  expect(await heir.result('r')).toEqual(['begun with 1', 'yes']);
});

it('hands the runs of a queue on when it is stopped', async () => {
  const url = await server().newDatabase(template);
  const counted: Workflow<null> = {
    name: 'counted',
    run: (ctx: Ctx) =>
      ctx.step('work', async ({ attempt, signal }) => {
        if (attempt > 1) return attempt;
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
          begun();
        });
        return 0;
      }),
  };
  let begun!: () => void;
  const working = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const open = async (): Promise<DbosEngine> => {
    const engine = new DbosEngine({ url, version: '1' });
    engine.register(counted);
    engine.defineQueue('goals', { concurrency: 1 });
    await engine.start();
    return engine;
  };
  {
    await using first = await open();
    await first.submit('counted', null, { id: 'r', queue: 'goals' });
    await working;
  }
  await using second = await open();
  expect(await second.result('r')).toBe(2);
});

it('has one engine a process, as DBOS has', async () => {
  const url = await server().newDatabase(template);
  await using first = new DbosEngine({ url, version: '1', executor: 'a' });
  await first.start();
  await using second = new DbosEngine({ url, version: '1', executor: 'b' });
  await expect(second.start()).rejects.toMatchObject({ code: 'second-engine' });
});

it('makes its tables once when several begin with an empty database', async () => {
  const url = await server().newDatabase();
  const engines = Array.from({ length: 3 }, () => new DbosEngine({ url, version: '1' }));
  try {
    expect(await Promise.all(engines.map((engine) => engine.list()))).toEqual([[], [], []]);
  } finally {
    for (const engine of engines) await engine.stop();
  }
});

it('does not know a queue that nobody defined', async () => {
  await using engine = new DbosEngine({ url: await server().newDatabase(template), version: '1' });
  await expect(engine.submit('asks', '', { id: 'r', queue: 'nowhere' })).rejects.toMatchObject({
    code: 'unknown-queue',
  });
});

it.each([
  ['nonsense', 'it is no URL'],
  ['mysql://user:geheim@host/db', 'it begins with "mysql:"'],
  ['postgresql://user:geheim@host', 'it names no database'],
])('says what is wrong with a URL, without showing it: %s', (url, why) => {
  const open = () => new DbosEngine({ url, version: '1' });
  expect(open).toThrow(why);
  expect(open).not.toThrow('geheim');
});
