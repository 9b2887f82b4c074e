import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Ctx, DiskFullError, noUsage, openRepository } from '@codex-orch/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { decideGoal } from '../src/compose/fleet-database/decide-goal.js';
import { DatabaseLanes } from '../src/compose/fleet-database/database-lanes.js';
import { fleetQueue } from '../src/compose/fleet-database/fleet-news.js';
import {
  type RemoteGoal,
  remoteGoalSchema,
  remoteGoalWorkflowName,
  standingSignal,
} from '../src/compose/fleet-database/remote-goal.js';
import { goalBuilder, scenesFor, writeGoals } from './fleet.js';
import { goalIn, Machines, standingsOf, toldBy, type ToldFleet } from './machines.js';
import { OtherProcesses } from './other-processes.js';
import { type Said, World } from './world.js';

const { DatabaseArtifactStore, DbosEngine } = await import('@codex-orch/engine-dbos');

const database = new OtherProcesses();
let url: string;
let world: World;
let processes: OtherProcesses;
let machines: Machines;
let queue: string;

beforeAll(async () => {
  url = await database.postgres();
});

afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async ({ task }) => {
  world = await World.make();
  processes = new OtherProcesses();
  queue = task.id;
  machines = new Machines({ world, processes, url, queue });
});

afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

async function follow(file: string, code: number): Promise<ToldFleet> {
  const said = await machines.goals('run', file, '--json');
  expect(said.code, said.err + said.out).toBe(code);
  return toldBy(said);
}

async function approve(...args: [runId: string, ...more: string[]]): Promise<Said> {
  const said = await machines.decide('approve', ...args);
  expect(said.code, said.err).toBe(0);
  return said;
}

/** How a goal stands for whoever is elsewhere; each has used as much. */
const standingOf = ({ runId, base }: RemoteGoal, phase: string) => ({
  runId,
  phase,
  worker: queue,
  diffSha256: phase === 'awaiting-approval' ? '0'.repeat(64) : null,
  requests: [],
  artifacts: [],
  usage: { ...noUsage, totalTokens: 400 },
  commit: phase === 'done' ? base.commit : null,
});

type Standing = ReturnType<typeof standingOf>;

interface QuickWork {
  readonly ctx: Ctx;
  readonly tell: (standing: Standing) => Promise<null>;
}

/** A worker in this process that goes on with fleets, and whose goals only say how they stand. */
async function quickWorker(work: (goal: RemoteGoal, how: QuickWork) => Promise<Standing>): Promise<AsyncDisposable> {
  const engine = new DbosEngine({ url, version: '1', executor: queue });
  const repository = await openRepository(world.repo);
  const store = new DatabaseArtifactStore(engine);
  const lanes = new DatabaseLanes({ engine, store, repository, env: world.env, queue });
  engine.register(lanes.workflow, {
    name: remoteGoalWorkflowName,
    run: (ctx, input) => {
      const goal = remoteGoalSchema.parse(input);
      const tell = (standing: Standing) => engine.signal(goal.runId, standingSignal, standing).then(() => null);
      return work(goal, { ctx, tell });
    },
  });
  engine.defineQueue(queue, {});
  engine.defineQueue(fleetQueue(queue), {});
  await engine.start();
  return engine;
}

it('works on goals that depend on others over several machines, whoever dies, and answers Codex from a third', async () => {
  const outside = { escalate: { command: 'echo out > "$HOME/elevated"', justification: 'I need it' } };
  await world.model(scenesFor(['one', 'two', 'three'], { two: goalBuilder('two', outside) }));
  await Promise.all(['a', 'b'].map((name) => machines.start(name)));
  const file = await writeGoals(world, [{ id: 'one' }, { id: 'two' }, { id: 'three', depends_on: ['one', 'two'] }]);

  const begun = await follow(file, 3);
  expect(standingsOf(begun)).toEqual({ one: 'parked', two: 'parked', three: 'waiting' });
  const [one, two] = [goalIn(begun, 'one'), goalIn(begun, 'two')];
  expect(two.asks).toEqual(['e1']);
  const status = await machines.goals('status');
  expect(status.out).toContain('echo out > "$HOME/elevated"');
  expect(status.out).toContain(`approve ${two.runId} --request e1 --database`);

  expect((await machines.decide('approve', two.runId)).err).toContain('--request e1');
  const answered = await approve(two.runId, '--request', 'e1');
  expect(answered.err).toContain(`run: /bin/bash -c 'echo out > "$HOME/elevated"'`);
  const asked = await follow(file, 3);
  expect(goalIn(asked, 'two')).toMatchObject({ standing: 'parked', asks: [] });
  expect(['a', 'b'].filter((name) => existsSync(path.join(machines.root(name), 'home/elevated')))).toHaveLength(1);

  // Whoever goes on with the fleet is killed, and the other one takes it over.
  const killed = machines.nameOf(asked.worker);
  await machines.kill(killed);
  await approve(one.runId);
  await approve(two.runId);
  const dependent = await follow(file, 3);
  expect(standingsOf(dependent)).toEqual({ one: 'done', two: 'done', three: 'parked' });
  expect(dependent.worker).not.toBe(asked.worker);
  const three = goalIn(dependent, 'three');
  expect(three.base).not.toBe(one.base);
  expect(await readFile(path.join(three.folder, 'diff.patch'), 'utf8')).toContain('src/three.js');
  await approve(three.runId);
  expect(await follow(file, 0)).toMatchObject({ over: true, fleetId: begun.fleetId });

  // What it started from held the work of both.
  const tree = path.join(machines.root(killed === 'a' ? 'b' : 'a'), 'state/workspaces', three.runId, 'tree/src');
  for (const name of ['one', 'two', 'three']) expect(existsSync(path.join(tree, `${name}.js`))).toBe(true);
  expect((await machines.goals('list')).out).toMatch(/ended +3 done/);

  // Who submitted has nothing of it but the base.
  const clone = path.join(world.root, 'checkout');
  world.git('clone', '--quiet', world.repo, clone);
  for (const { runId } of [one, two, three]) {
    const fetched = await world.run('runs', 'fetch', runId, '--database', url, '--repo', clone);
    expect(fetched.code, fetched.err).toBe(0);
    const applied = await world.run('apply', runId, '--repo', clone);
    expect(applied.code, applied.err).toBe(0);
  }
  for (const name of ['one', 'two', 'three']) expect(existsSync(path.join(clone, `src/${name}.js`))).toBe(true);
});

it('cancels goals of other machines, one and then all', async () => {
  await world.model([]);
  const unknown = await machines.goals('status', 'nothing');
  expect(unknown.err).toContain(`There are no goals "nothing" in the queue "${queue}" of this database.`);
  expect(unknown.err).toContain(`\`codex-orch goals list --database "$CODEX_ORCH_DATABASE" --queue ${queue}\``);
  const file = await writeGoals(world, [{ id: 'one' }, { id: 'two' }, { id: 'three', depends_on: ['one'] }]);
  await using _worker = await quickWorker(async (goal, { ctx, tell }) => {
    const standing = standingOf(goal, 'awaiting-approval');
    await ctx.step('tell', () => tell(standing));
    await ctx.waitFor('approval');
    return standing;
  });
  expect(standingsOf(await follow(file, 3))).toEqual({ one: 'parked', two: 'parked', three: 'waiting' });
  expect((await machines.goals('cancel', 'latest', 'nine')).err).toContain('has no goal "nine"');
  expect((await machines.goals('cancel', 'latest', 'one')).out).toMatch(/^Cancelled one of goals-/);
  const after = toldBy(await machines.goals('status', 'latest', '--json'));
  expect(standingsOf(after)).toEqual({ one: 'cancelled', two: 'parked', three: 'blocked' });
  expect((await machines.goals('cancel', 'latest')).out).toMatch(/^Cancelled two of goals-/);
  expect(goalIn(await follow(file, 1), 'two').end?.message).toBe('Cancelled by Ada Example.');
  expect((await machines.goals('cancel', 'latest')).out).toMatch(/^Nothing is left of goals-/);
  const fetched = (id: string) => world.run('runs', 'fetch', id, '--database', url);
  expect((await fetched(goalIn(after, 'one').runId)).err).toContain('[run-end-not-kept]');
  expect((await fetched(goalIn(after, 'three').runId)).err).toContain('[remote-run-unknown]');
});

it('tells of workers that are gone and of decisions that wait for one, and cancels without one', async () => {
  await world.model([]);
  const file = await writeGoals(world, [{ id: 'one' }, { id: 'two' }, { id: 'three', depends_on: ['two'] }]);
  let runIds: Readonly<Record<string, string>>;
  {
    await using _worker = await quickWorker(async (goal, { ctx, tell }) => {
      const standing = standingOf(goal, 'awaiting-approval');
      await ctx.step('tell', () => tell(standing));
      await ctx.waitFor('approval');
      return standing;
    });
    const told = await follow(file, 3);
    runIds = Object.fromEntries(told.goals.map(({ id, runId }) => [id, runId]));
  }
  const status = async () => (await machines.goals('status')).out;
  const missing = `No live worker takes goals from the queue "${queue}". Start one in a clone of the repository:`;
  expect(await status()).toContain(
    `${missing}\n  codex-orch worker --database "$CODEX_ORCH_DATABASE" --queue ${queue}\n`,
  );

  await using engine = new DbosEngine({ url, version: '1' });
  // As a worker leaves it that is killed.
  await engine.database.query(
    `INSERT INTO codex_orch.workers (launch, executor, version, replays, host, queues, lease_until, heard_at)
     VALUES ($1, $1, '1', '{1}', 'attic', ARRAY[$2], '-infinity', clock_timestamp() - interval '1 hour')`,
    [`${queue}-gone`, queue],
  );
  await engine.database.query(
    `UPDATE codex_orch.runs SET phase = 'held', status = 'running', waiting_for = '{}', holder = $2 WHERE id = $1`,
    [runIds['two'], `${queue}-gone`],
  );
  const by = { actor: 'human', name: 'Ada Example', email: 'ada@example.org' } as const;
  const [at, subject] = [
    new Date().toISOString(),
    { kind: 'diff', id: runIds['one'] ?? '', sha256: '0'.repeat(64) },
  ] as const;
  const approval = { subject, decision: 'approved', by, at, channel: 'cli', justification: '' } as const;
  await decideGoal(runIds['one'] ?? '', approval, engine);
  const dead = await status();
  expect(dead).toMatch(/one +decided +run \w+ approved by Ada Example, waits for a worker/);
  expect(dead).toMatch(/two +stopped .* its worker \S+-gone stopped answering 60 min ago; it goes on as soon as/);
  expect(dead).toMatch(/-gone {2}on attic stopped answering 60 min ago, had two/);
  expect((await machines.goals('list')).out).toMatch(/stopped +1 decided, 1 stopped, 1 waiting/);
  expect(dead).not.toContain('approve ');
  expect((await machines.decide('approve', runIds['one'] ?? '')).err).toMatch(
    /Ada Example approved it at .* no worker/,
  );

  expect((await machines.goals('cancel', 'latest', 'two')).out).toMatch(/^Cancelled two of goals-/);
  expect(await status()).toMatch(/one +decided [^]*two +cancelled [^]*Cancelled by Ada Example[^]*three +blocked /);
  expect((await machines.goals('cancel', 'latest')).out).toMatch(/^Cancelled one of goals-/);
  expect((await machines.goals('list')).out).toMatch(/ended +2 cancelled, 1 blocked/);
});

it('tells of goals that no worker can go on with, and cancels them without one', async () => {
  await world.model([]);
  const file = await writeGoals(world, [{ id: 'one' }]);
  const call = world.start(...machines.args('run', file));
  await call.until(/submitted as goals-/);
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  // A worker of another version took it up, and went away.
  {
    await using old = new DbosEngine({ url, version: '0.0.1' });
    old.register({
      name: 'goals',
      run: (ctx) =>
        ctx.step('run-ids', async ({ signal }) => {
          begin();
          await once(signal, 'abort');
          throw signal.reason;
        }),
    });
    old.defineQueue(fleetQueue(queue), {});
    await old.start();
    await begun;
  }
  await call.until(/was begun by a worker of version 0\.0\.1/);
  expect((await machines.goals('status')).out).toContain('version 0.0.1');
  expect((await machines.goals('cancel', 'latest')).out).toMatch(/^Cancelled one of goals-/);
  expect((await call.said).code).toBe(1);
});

it('parks a goal whose run is interrupted, goes on with the others and, when asked to, with it, within all budgets', async () => {
  await world.model([]);
  const file = await writeGoals(world, [
    { id: 'one', budget: { tokens: 700, minutes: 5 } },
    { id: 'two', budget: { turns: 3 } },
    { id: 'three', depends_on: ['one', 'two'] },
  ]);
  const given: RemoteGoal[] = [];
  let isBroken = true;
  await using _worker = await quickWorker((goal) => {
    given.push(goal);
    if (isBroken && goal.limits?.tokens === 700) throw new DiskFullError('/runs', undefined);
    return Promise.resolve(standingOf(goal, 'done'));
  });
  const broken = await machines.goals('run', file, '--max-tokens', '800');
  expect(broken.code, broken.err).toBe(1);
  expect(broken.out).toMatch(/one +parked .*was interrupted:.*\[disk-full\]/);
  expect(broken.out).toMatch(/two +done/);
  isBroken = false;
  const mended = await machines.goals('run', file, '--json');
  expect(mended.code, mended.err).toBe(1);
  const told = toldBy(mended);
  expect(standingsOf(told)).toEqual({ one: 'done', two: 'done', three: 'blocked' });
  expect(goalIn(told, 'three').end?.message).toBe('800 of 800 tokens of all goals together are used up.');
  const limitsOf = (id: string) =>
    given.filter(({ runId }) => runId === goalIn(told, id).runId).map(({ limits }) => limits);
  expect(limitsOf('one')).toMatchObject([
    { tokens: 700, minutes: 5 },
    { tokens: 700, minutes: 5 },
  ]);
  expect(limitsOf('two')).toMatchObject([{ tokens: 800, turns: 3 }]);
});

it('refuses goals in the cloud that nobody signed off, and goals that wait for each other', async () => {
  await world.model([]);
  const cloud = await writeGoals(world, [{ id: 'one' }, { id: 'two', mode: 'cloud', environment: 'acme/shop' }]);
  const refused = await machines.goals('run', cloud);
  expect(refused.code).toBe(3);
  expect(refused.err).toContain('[goals-plan-not-approved]');
  expect(refused.err).toContain('"two"');
  const circle = await writeGoals(world, [
    { id: 'one', depends_on: ['two'] },
    { id: 'two', depends_on: ['one'] },
  ]);
  expect((await machines.goals('run', circle)).err).toContain('goals wait for each other: one -> two -> one');
});

it('waits for a database that is down, at its start and in the middle', async () => {
  await world.model([]);
  const file = await writeGoals(world, [{ id: 'one' }]);
  const own = await processes.ownPostgres();
  await own.say('stop');
  const call = world.start('goals', 'run', file, '--database', own.url);
  await call.until(/Waiting for the database/);
  await own.say('start');
  await call.until(/submitted as goals-/);
  const other = world.start('goals', 'run', file, '--database', own.url);
  await other.until(/Following goals-/);
  await own.say('stop');
  await other.until(/Waiting for the database/);
  await own.say('start');
  expect((await world.run('goals', 'cancel', 'latest', '--database', own.url)).out).toMatch(/^Cancelled one/);
  for (const { code, err } of [await call.said, await other.said]) {
    expect(code, err).toBe(1);
    expect(err).not.toContain(new URL(own.url).password);
  }
});
