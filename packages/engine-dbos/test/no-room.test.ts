import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Ctx } from '@codex-orch/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DatabaseArtifactStore, DbosEngine } from '../src/index.js';
import { type RealPostgres, realPostgres } from './real-postgres.js';

const bytes = Buffer.from('the work');
const name = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
const refuse = (engine: DbosEngine, table: string): Promise<unknown> =>
  engine.database.query(
    `CREATE TRIGGER no_room BEFORE INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION no_room()`,
  );
const refuseWith = (engine: DbosEngine, code: string): Promise<unknown> =>
  engine.database.query(
    `CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'there is no room' USING ERRCODE = '${code}'; END $$`,
  );

let postgres: RealPostgres;
beforeAll(async () => {
  postgres = await realPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

it.each([
  ['has a full disk', '53100'],
  ['has no memory to spare', '53200'],
  ['only reads, as one that another took the place of', '25006'],
])('a run waits for a database that %s, as for one that is away, and runs no step again', async (_what, code) => {
  let isSaid!: () => void;
  const said = new Promise<void>((resolve) => {
    isSaid = resolve;
  });
  await using engine = new DbosEngine({
    url: await postgres.newDatabase(),
    version: '1',
    onNotice: (line) => {
      if (line.includes(code)) isSaid();
    },
  });
  const store = new DatabaseArtifactStore(engine);
  let ran = 0;
  const work = {
    name: 'work',
    run: (ctx: Ctx) =>
      ctx.step('work', async () => {
        ran += 1;
        await store.put(name, Readable.from([bytes]));
        return ran;
      }),
  };
  engine.register(work);
  await engine.start();
  const tables = ['codex_orch.artifacts', 'dbos.operation_outputs'];
  await refuseWith(engine, code);
  for (const table of tables) await refuse(engine, table);
  await engine.run(work, null, { id: 'one' });
  const ended = engine.result('one');
  await Promise.race([said, ended]);
  for (const table of tables) await engine.database.query(`DROP TRIGGER no_room ON ${table}`);
  expect(await ended).toBe(1);
  expect(await store.has(name)).toBe(true);
});

it('a run whose end the database refuses is interrupted, and ends when it is resumed, with no step run again', async () => {
  await using engine = new DbosEngine({ url: await postgres.newDatabase(), version: '1' });
  let ran = 0;
  const work = { name: 'work', run: (ctx: Ctx) => ctx.step('work', () => Promise.resolve((ran += 1))) };
  engine.register(work);
  engine.defineQueue('one at a time', { concurrency: 1 });
  await engine.start();
  await refuseWith(engine, '58030');
  await engine.database.query(
    `CREATE TRIGGER no_room BEFORE UPDATE ON dbos.workflow_status FOR EACH ROW WHEN (NEW.status = 'SUCCESS')
     EXECUTE FUNCTION no_room()`,
  );
  await engine.submit('work', null, { id: 'one', queue: 'one at a time' });
  await expect(engine.result('one')).rejects.toMatchObject({ code: 'database-statement', interrupts: true });
  await expect
    .poll(async () => (await engine.seen(['one'], 'news'))[0]?.interruption)
    .toMatchObject({
      message: expect.stringContaining('there is no room') as string,
    });
  await engine.database.query('DROP TRIGGER no_room ON dbos.workflow_status');
  // It left its place in the queue.
  await engine.submit('work', null, { id: 'two', queue: 'one at a time' });
  expect(await engine.result('two')).toBe(2);
  await engine.resume('one');
  expect(await engine.result('one')).toBe(1);
  expect(ran).toBe(2);
});
