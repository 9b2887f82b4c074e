import { afterAll, beforeAll, expect, it } from 'vitest';
import { DbosEngine } from '../src/index.js';
import { type RealPostgres, realPostgres } from './real-postgres.js';

let postgres: RealPostgres;
let engine: DbosEngine;
beforeAll(async () => {
  postgres = await realPostgres();
  engine = new DbosEngine({ url: await postgres.newDatabase(), version: '1' });
  engine.defineQueue('goals', {});
});
afterAll(async () => {
  await engine.stop();
  await postgres[Symbol.asyncDispose]();
});

const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);

/** A run that has a pointer, and of which nothing was heard for two hours. */
async function oldRun(id: string): Promise<void> {
  await engine.submit('work', null, { id, queue: 'goals' });
  await engine.database.query(`INSERT INTO codex_orch.pointers VALUES ($1, '{}', $2)`, [id, hoursAgo(2)]);
  await engine.database.query('UPDATE codex_orch.runs SET created_at = $2 WHERE id = $1', [id, hoursAgo(2)]);
  await engine.database.query('UPDATE dbos.workflow_status SET updated_at = $2 WHERE workflow_uuid = $1', [
    id,
    hoursAgo(2).getTime(),
  ]);
}

const pointsSomewhere = async (id: string): Promise<boolean> => (await engine.seenPointer(id)) !== undefined;

it('forgets pointers of runs that ended long ago, and of no others, listed or not', async () => {
  for (const id of ['open', 'listed', 'ended']) await oldRun(id);
  for (const id of ['listed', 'ended']) await engine.cancel(id);
  await engine.forgetPointers(hoursAgo(1), []);
  expect(await pointsSomewhere('ended')).toBe(true);
  await engine.forgetPointers(hoursAgo(-1), ['listed']);
  const left = await Promise.all(['open', 'listed', 'ended'].map(pointsSomewhere));
  expect(left).toEqual([true, true, false]);
});

it.each([
  ['parked', 'CANCELLED'],
  ['queued', 'ENQUEUED'],
])('counts a run that was cancelled while it was %s as ended only now', async (phase, status) => {
  const id = `was ${phase}`;
  await oldRun(id);
  await engine.database.query('UPDATE codex_orch.runs SET phase = $2 WHERE id = $1', [id, phase]);
  await engine.database.query('UPDATE dbos.workflow_status SET status = $2 WHERE workflow_uuid = $1', [id, status]);
  await engine.cancel(id);
  expect(await engine.runsSince(hoursAgo(1))).toContainEqual({ id, workflow: 'work' });
  expect(await engine.runsSince(hoursAgo(-1))).not.toContainEqual({ id, workflow: 'work' });
});

it('lets later versions of its tables know when artifacts were used without writing them anew', async () => {
  const url = await postgres.newDatabase();
  const file = `SELECT relfilenode FROM pg_class WHERE oid = 'codex_orch.artifacts'::regclass`;
  const older = new DbosEngine({ url, version: '1' });
  await older.list();
  const { query } = older.database;
  await query('ALTER TABLE codex_orch.artifacts DROP COLUMN used_at');
  await query('ALTER TABLE codex_orch.workers DROP COLUMN host, DROP COLUMN queues, DROP COLUMN heard_at');
  await query('DELETE FROM codex_orch.schema_version WHERE version > 2');
  await query(`INSERT INTO codex_orch.artifacts VALUES ('a', 'bytes')`);
  const before = await query(file);
  await older.stop();
  await using newer = new DbosEngine({ url, version: '1' });
  await newer.list();
  expect(await newer.database.query(file)).toEqual(before);
  expect(
    await newer.database.query(`SELECT used_at > now() - interval '1 hour' AS fresh FROM codex_orch.artifacts`),
  ).toEqual([{ fresh: true }]);
  expect(
    await newer.database.query(
      `SELECT table_name FROM information_schema.columns WHERE column_default = 'clock_timestamp()'
         AND column_name IN ('used_at', 'heard_at') ORDER BY 1`,
    ),
  ).toEqual([{ table_name: 'artifacts' }, { table_name: 'workers' }]);
});
