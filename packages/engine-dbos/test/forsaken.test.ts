import type { Ctx, Workflow } from '@codex-orch/core';
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

async function startWorker(...workflows: readonly Workflow<never>[]): Promise<DbosEngine> {
  const engine = new DbosEngine({ url: await postgres.newDatabase(), version: '1', leaseMs: 6000 });
  engine.register(...workflows);
  engine.defineQueue('goals', { concurrency: 1 });
  await engine.start();
  return engine;
}

const quick: Workflow<null> = { name: 'quick', run: (ctx: Ctx) => ctx.step('work', () => Promise.resolve('done')) };

it('interrupts a run that DBOS refuses to begin, says why, and goes on with the others', async () => {
  await using engine = await startWorker(quick);
  await engine.database.query(
    `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN IF NEW.workflow_uuid = 'spoilt' THEN NEW.inputs = 'no JSON'; END IF; RETURN NEW; END $$`,
  );
  await engine.database.query(
    'CREATE TRIGGER spoil BEFORE INSERT ON dbos.workflow_input FOR EACH ROW EXECUTE FUNCTION spoil()',
  );
  await engine.submit('quick', null, { id: 'spoilt', queue: 'goals' });
  await expect(engine.result('spoilt')).rejects.toMatchObject({
    code: 'database-fault',
    message: expect.stringMatching(/could not begin it: .*JSON/) as string,
  });
  await engine.submit('quick', null, { id: 'sound', queue: 'goals' });
  expect(await engine.result('sound')).toBe('done');
});

it('goes on with a run that it could not let go of', async () => {
  const interrupt = vi.spyOn(Claims.prototype, 'interrupt').mockRejectedValue(new Error('no room'));
  let ran = 0;
  const failing: Workflow<null> = {
    name: 'failing',
    run: (ctx: Ctx) =>
      ctx.step('work', () => {
        ran += 1;
        if (ran === 1) throw Object.assign(new Error('it is full'), { code: 'ENOSPC', interrupts: true });
        return Promise.resolve(ran);
      }),
  };
  await using engine = await startWorker(failing);
  await engine.submit('failing', null, { id: 'r', queue: 'goals' });
  expect(await engine.result('r')).toBe(2);
  expect(interrupt).toHaveBeenCalled();
});

it.each(['ERROR', 'CANCELLED'])('gives back a run of which DBOS says %s, and that nobody ended', async (status) => {
  let goOn!: () => void;
  const stopped = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let ran = 0;
  const cutOff: Workflow<null> = {
    name: 'cut-off',
    run: (ctx: Ctx) =>
      ctx.step('work', async () => {
        ran += 1;
        if (ran === 1) await stopped;
        return ran;
      }),
  };
  await using engine = await startWorker(cutOff);
  await engine.submit('cut-off', null, { id: 'r', queue: 'goals' });
  await expect.poll(() => ran).toBe(1);
  await engine.database.query('UPDATE dbos.workflow_status SET status = $1, owner_xid = NULL', [status]);
  goOn();
  expect(await engine.result('r')).toBe(2);
});
