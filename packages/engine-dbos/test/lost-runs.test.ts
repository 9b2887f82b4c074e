import type { Ctx, Workflow } from '@codex-orch/core';
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { DbosEngine } from '../src/index.js';
import { Claims } from '../src/run/claims.js';
import { type RealPostgres, realPostgres } from './real-postgres.js';

let postgres: RealPostgres;
beforeAll(async () => {
  postgres = await realPostgres();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => postgres[Symbol.asyncDispose]());

/** Hangs at its first attempt, until it is told to stop. */
const hanging: Workflow<null> = {
  name: 'hanging',
  run: (ctx: Ctx) =>
    ctx.step('work', async ({ attempt, signal }) => {
      if (attempt > 1) return attempt;
      return new Promise<number>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    }),
};

async function startWorker(url: string, executor: string, leaseMs?: number): Promise<DbosEngine> {
  const engine = new DbosEngine({ url, version: '1', executor, leaseMs });
  engine.register(hanging);
  engine.defineQueue('goals', { concurrency: 1 });
  await engine.start();
  return engine;
}

const isAttempted = async ({ database }: DbosEngine): Promise<boolean> =>
  (await database.query('SELECT 1 FROM codex_orch.operations WHERE attempts > 0')).length > 0;

const patience = { timeout: 20_000 };

/** Nothing moves in this process, as when it is stopped from its terminal. */
const stall = (ms: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('leaves the run of a worker that was stalled for longer than its lease to another one', async () => {
  const url = await postgres.newDatabase();
  const stalled = await startWorker(url, 'stalled', 600);
  await stalled.submit('hanging', null, { id: 'r', queue: 'goals' });
  await expect.poll(() => isAttempted(stalled), patience).toBe(true);
  stall(1000);
  await expect(stalled.lost).rejects.toMatchObject({ code: 'lease-lost' });
  await stalled.stop();
  await using heir = await startWorker(url, 'heir', 4000);
  expect(await heir.result('r')).toBe(2);
  expect(await heir.workers()).toMatchObject([{ executor: 'heir' }]);
});

it('takes over a run whose worker is not even known any more', async () => {
  const url = await postgres.newDatabase();
  await using engine = new DbosEngine({ url, version: '1' });
  engine.defineQueue('goals', { concurrency: 1 });
  await engine.submit('hanging', null, { id: 'r', queue: 'goals' });
  await engine.database.query(`UPDATE codex_orch.runs SET phase = 'held', holder = 'forgotten/1', version = '1'`);
  await engine.database.query(`UPDATE dbos.workflow_status SET status = 'PENDING', owner_xid = 'forgotten'`);
  expect(await engine.takeOver()).toEqual([]);
  expect(await engine.database.query('SELECT phase, holder FROM codex_orch.runs')).toEqual([
    { phase: 'queued', holder: null },
  ]);
  await using worker = await startWorker(url, 'heir');
  await expect.poll(() => isAttempted(worker), patience).toBe(true);
  // Whoever has a row keeps its runs.
  await worker.takeOver();
  await worker.cancel('r');
  await expect(worker.result('r')).rejects.toMatchObject({ code: 'run-cancelled' });
});

it('cancels a run that listens to nothing although it was not told of it', async () => {
  const url = await postgres.newDatabase();
  await using worker = await startWorker(url, 'deaf');
  await worker.submit('hanging', null, { id: 'r', queue: 'goals' });
  await expect.poll(() => isAttempted(worker), patience).toBe(true);
  await worker.database.query('UPDATE codex_orch.runs SET cancel_requested = true');
  await expect(worker.result('r')).rejects.toMatchObject({ code: 'run-cancelled' });
});

it('gives back a run that DBOS did not begin, and takes it again', async () => {
  const url = await postgres.newDatabase();
  await using worker = await startWorker(url, 'refused');
  const tokens: string[] = [];
  const { dispatchDequeuedWorkflows: dispatch } = DBOSExecutor.prototype;
  vi.spyOn(DBOSExecutor.prototype, 'dispatchDequeuedWorkflows').mockImplementation(async function (
    this: DBOSExecutor,
    ids,
    token,
  ) {
    // DBOS asks for none itself, now and again.
    if (ids.length > 0) tokens.push(token);
    if (tokens.length > 1) await dispatch.call(this, ids, token);
  });
  await worker.submit('hanging', null, { id: 'r', queue: 'goals' });
  await expect.poll(() => isAttempted(worker), patience).toBe(true);
  expect(tokens).toHaveLength(2);
});

it('executes what it took although the answer that says so was lost', async () => {
  await using engine = new DbosEngine({ url: await postgres.newDatabase(), version: '1' });
  const { database } = engine;
  engine.defineQueue('goals', { concurrency: 1 });
  await engine.submit('hanging', null, { id: 'queued', queue: 'goals' });
  await engine.submit('hanging', null, { id: 'direct' });
  await database.query(
    `INSERT INTO codex_orch.workers (launch, executor, version, replays, lease_until)
     VALUES ('a/1', 'a', '1', '{1}', clock_timestamp() + interval '1 hour')`,
  );
  const once = database.transaction.bind(database);
  vi.spyOn(database, 'transaction').mockImplementation(async (work) => {
    await once(work);
    return once(work);
  });
  const claims = new Claims(database, { launch: 'a/1', executor: 'a', version: '1', replays: ['1'] });
  const taken = await claims.takeQueued({ workflows: ['hanging'], queue: 'goals', room: 1 });
  expect([...taken, await claims.take('direct')]).toMatchObject([{ id: 'queued' }, { id: 'direct' }]);
  expect(await claims.take('direct')).toBeUndefined();
});
