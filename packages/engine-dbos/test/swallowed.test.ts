import type { Ctx, Workflow } from '@codex-orch/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import pg from 'pg';
import { isDatabaseAway } from '../src/database/patience.js';
import { DbosEngine } from '../src/index.js';
import { type RealPostgres, realPostgres } from './real-postgres.js';
import { type SwallowingNetwork, swallowingNetwork } from './swallowing-network.js';

let postgres: RealPostgres;
beforeAll(async () => {
  postgres = await realPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

it('stops although the network swallows what it says, and tells so; another worker goes on with its run, whatever it had locked', async () => {
  const url = await postgres.newDatabase();
  await using network: SwallowingNetwork = await swallowingNetwork(url);
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const hanging: Workflow<null> = {
    name: 'hanging',
    run: (ctx: Ctx) =>
      ctx.step('work', async ({ attempt, signal }) => {
        if (attempt > 1) return attempt;
        begin();
        return new Promise<number>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
        });
      }),
  };
  const open = (at: string, executor: string, said: string[]): DbosEngine => {
    const onNotice = (line: string): void => void said.push(line);
    const engine = new DbosEngine({ url: at, version: '1', executor, leaseMs: 2000, stopPatienceMs: 100, onNotice });
    engine.register(hanging);
    engine.defineQueue('goals', {});
    return engine;
  };
  const said: string[] = [];
  const cutOff = open(network.url, 'cut off', said);
  await cutOff.start();
  await cutOff.submit('hanging', null, { id: 'r', queue: 'goals' });
  await begun;
  await new Promise<void>((isLocked) => {
    const locking = cutOff.database.transaction(async ({ query }) => {
      await query('SELECT 1 FROM codex_orch.runs, codex_orch.workers FOR UPDATE');
      network.swallow();
      isLocked();
      await query('SELECT 1');
    });
    locking.catch(() => undefined);
  });
  await cutOff.stop();
  expect(said.join('\n')).toContain('does not answer any more');
  expect(said.join('\n')).not.toContain(new URL(url).password);
  await using heir = open(url, 'heir', []);
  await heir.start();
  expect(await heir.result('r')).toBe(2);
});

it('gives its run back however long the work takes to end, where the database answers', async () => {
  const url = await postgres.newDatabase();
  await using observer = new DbosEngine({ url, version: '1' });
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const slow: Workflow<null> = {
    name: 'slow',
    run: (ctx: Ctx) =>
      ctx.step('work', ({ signal }) => {
        begin();
        return new Promise<number>((_resolve, reject) => {
          // Longer than the network of a database that does not answer is waited for.
          signal.addEventListener('abort', () => {
            setTimeout(reject, 1500, signal.reason);
          });
        });
      }),
  };
  const engine = new DbosEngine({ url, version: '1', stopPatienceMs: 100 });
  engine.register(slow);
  engine.defineQueue('goals', {});
  await engine.start();
  await engine.submit('slow', null, { id: 'r', queue: 'goals' });
  await begun;
  await engine.stop();
  expect(await observer.database.query('SELECT phase FROM codex_orch.runs')).toEqual([{ phase: 'queued' }]);
});

it('lets go of a statement that is not answered, when it is not started either', async () => {
  const url = await postgres.newDatabase();
  await using network: SwallowingNetwork = await swallowingNetwork(url);
  await using observer = new DbosEngine({ url, version: '1' });
  const engine = new DbosEngine({ url: network.url, version: '1' });
  const asked = engine.database.query('SELECT pg_sleep(600)');
  asked.catch(() => undefined);
  const isAsked = `SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'`;
  await expect.poll(async () => (await observer.database.query(isAsked)).length).toBe(1);
  network.swallow();
  await engine.stop();
  await expect(asked).rejects.toMatchObject({ code: 'engine-stopped' });
});

it('keeps its lease and its run when the network forgets all of its connections, and new ones get through', async () => {
  await using network: SwallowingNetwork = await swallowingNetwork(await postgres.newDatabase());
  let ran = 0;
  let begin!: () => void;
  let goOn!: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const over = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const work: Workflow<null> = {
    name: 'work',
    run: (ctx: Ctx) =>
      ctx.step('work', async () => {
        ran += 1;
        begin();
        await over;
        return 'done';
      }),
  };
  await using engine = new DbosEngine({ url: network.url, version: '1', leaseMs: 6500 });
  engine.register(work);
  engine.defineQueue('goals', {});
  await engine.start();
  await engine.submit('work', null, { id: 'r', queue: 'goals' });
  await begun;
  network.forget();
  goOn();
  expect(await engine.result('r')).toBe('done');
  expect(await engine.workers()).toMatchObject([{ isLive: true }]);
  expect(ran).toBe(1);
});

it('keeps its lease while what it would take over is locked by somebody', async () => {
  const url = await postgres.newDatabase();
  await using observer = new DbosEngine({ url, version: '1' });
  await observer.workers();
  const { query, transaction } = observer.database;
  await query(
    `INSERT INTO codex_orch.workers (launch, executor, version, replays, lease_until) VALUES ('x', 'x', '1', '{1}', '-infinity')`,
  );
  await query(
    `INSERT INTO codex_orch.runs (id, workflow, input, phase, status, holder) VALUES ('r', 'work', '1', 'held', 'running', 'x')`,
  );
  await using worker = new DbosEngine({ url, version: '1', leaseMs: 1200 });
  await transaction.call(observer.database, async (held) => {
    await held.query(`SELECT 1 FROM codex_orch.runs FOR UPDATE`);
    await worker.start();
    await Promise.race([worker.lost, new Promise((resolve) => setTimeout(resolve, 2500))]);
  });
  await expect.poll(async () => (await observer.workers()).map(({ isLive }) => isLive)).toEqual([true]);
});

it('knows a pool that has no connection to spare from a database that refuses', async () => {
  const pool = new pg.Pool({ connectionString: await postgres.newDatabase(), max: 1, connectionTimeoutMillis: 2000 });
  const client = await pool.connect();
  const refused: unknown = await pool.connect().catch((error: unknown) => error);
  client.release(true);
  await pool.end();
  expect(isDatabaseAway(refused)).toBe(true);
});
