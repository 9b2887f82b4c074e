import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scenesFor, writeGoals } from '../test/fleet.js';
import { goalIn, Machines, standingsOf, toldBy } from '../test/machines.js';
import { OtherProcesses } from '../test/other-processes.js';
import { World } from '../test/world.js';

const { DbosEngine } = await import('@codex-orch/engine-dbos');

let world: World;
let processes: OtherProcesses;
let machines: Machines;
let url: string;

beforeEach(async () => {
  world = await World.make();
  processes = new OtherProcesses();
  url = await processes.postgres();
  machines = new Machines({ world, processes, url, queue: 'goals' });
});

afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const query = async (...statements: readonly string[]): Promise<void> => {
  await using engine = new DbosEngine({ url, version: '0' });
  for (const sql of statements) await engine.database.query(sql);
};

const fillStore = (): Promise<void> =>
  query(
    `CREATE OR REPLACE FUNCTION full_store() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'the store is full' USING ERRCODE = 'P0001'; END $$`,
    'CREATE TRIGGER full_store BEFORE INSERT ON codex_orch.artifacts FOR EACH STATEMENT EXECUTE FUNCTION full_store()',
  );
const emptyStore = (): Promise<void> => query('DROP TRIGGER full_store ON codex_orch.artifacts');

const linesOf = async (machine: string, runId: string): Promise<readonly { readonly type: string }[]> =>
  (await readFile(path.join(machines.root(machine), 'clone/.runs/adhoc', runId, 'events.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string });

it('a decision from another machine counts once, though no worker is there, and though what came of it cannot be stored at first', async () => {
  await world.model(scenesFor(['one', 'two']), { tests: { commands: [['true']], lint: 'off' } });
  await machines.start('a', { flags: ['--concurrency', '2'] });
  const file = await writeGoals(world, [{ id: 'one' }, { id: 'two' }]);
  const begun = await machines.goals('run', file, '--json');
  expect(begun.code, begun.err).toBe(3);
  const [one, two] = ['one', 'two'].map((id) => goalIn(toldBy(begun), id).runId) as [string, string];

  await fillStore();
  const untold = await machines.decide('approve', one);
  expect(untold.code).toBe(1);
  expect(untold.out + untold.err).toContain('could not be stored for other workers');
  await emptyStore();
  const parked = toldBy(await machines.goals('status', 'latest', '--json'));
  expect(standingsOf(parked)).toEqual({ one: 'parked', two: 'parked' });

  await machines.kill('a');
  const waiting = world.start('approve', two, '--database', url);
  await waiting.until(/The decision is recorded/);
  await fillStore();
  await machines.start('b', { flags: ['--concurrency', '2'] });
  const refused = await waiting.said;
  expect(refused.code).toBe(1);
  expect(refused.out + refused.err).toContain('does not go on there');
  await emptyStore();

  const ended = await machines.goals('run', file, '--json');
  expect(ended.code, ended.err).toBe(0);
  expect(standingsOf(toldBy(ended))).toEqual({ one: 'done', two: 'done' });
  for (const runId of [one, two]) {
    const types = (await linesOf('b', runId)).map(({ type }) => type);
    for (const type of ['run.moved', 'approval.recorded', 'promoted'])
      expect(types.filter((other) => other === type)).toEqual([type]);
    expect((await machines.decide('approve', runId)).err).toContain('[run-state]');
  }
});
