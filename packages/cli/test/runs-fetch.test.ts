import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { IntegrationRecord } from '@codex-orch/core/integration';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { casesOf } from './every-case.js';
import { goalText, scenesFor, writeGoals } from './fleet.js';
import { goalIn, Machines, toldBy } from './machines.js';
import { OtherProcesses } from './other-processes.js';
import { runCommandLine } from './real-command.js';
import { World } from './world.js';

let world: World;
let processes: OtherProcesses;
let url: string;
/** The run of each goal; the second starts from the work of the first. */
let one: string;
let two: string;

beforeAll(async () => {
  world = await World.make();
  processes = new OtherProcesses();
  url = await processes.postgres();
  const machines = new Machines({ world, processes, url, queue: 'fetched' });
  await world.model(scenesFor(['one', 'two']), { tests: { commands: [['true']], lint: 'off' } });
  await machines.start('a');
  const file = await writeGoals(world, [{ id: 'one' }, { id: 'two', depends_on: ['one'] }]);
  for (const id of ['one', 'two']) {
    const told = await machines.goals('run', file, '--json');
    expect(told.code, told.err).toBe(3);
    const approved = await machines.decide('approve', goalIn(toldBy(told), id).runId);
    expect(approved.code, approved.err).toBe(0);
  }
  const told = toldBy(await machines.goals('run', file, '--json'));
  expect(told.over).toBe(true);
  [one, two] = [goalIn(told, 'one').runId, goalIn(told, 'two').runId];
});

afterAll(async () => {
  await processes[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

let root: string;
let clone: string;
let tests = 0;

/** Each test is on a machine of its own. */
beforeEach(() => {
  root = path.join(world.root, `machine-${++tests}`);
  clone = path.join(root, 'clone');
  world.git('clone', '--quiet', world.repo, clone);
  world.env['CODEX_ORCH_HOME'] = path.join(root, 'state');
});

afterEach(() => rm(root, { recursive: true, force: true }));

const fetch = (runId: string): readonly string[] => ['runs', 'fetch', runId, '--database', url, '--repo', clone];

// Its base is made; the work tree of the promoted commit, that of the diff, and the run's own directory.
const points = casesOf(
  'kills of a fetch',
  ['workspace.half-made', 'workspace.placed', 'workspace.restored', 'events.before-write', 'manifest.written'],
  (_, index) => index % 2 === 0,
);

it('a fetch that is killed wherever it is leaves nothing that could be taken for the run, and is whole when it is repeated', async () => {
  const runs = path.join(clone, '.runs/adhoc');
  for (const point of points) {
    const killed = await runCommandLine(world, fetch(two), { env: { CODEX_ORCH_FAILPOINT: point } });
    expect(killed.signal, `${point}: ${killed.err}`).toBe('SIGKILL');
    expect((await readdir(runs).catch(() => [])).filter((name) => !name.startsWith('.'))).toEqual([]);
    expect((await world.run('runs', 'list', '--repo', clone)).out).not.toContain(two);
  }
  const fetched = await world.run(...fetch(two));
  expect(fetched.code, fetched.err).toBe(0);
  expect(await readdir(runs)).toEqual([two]);
  for (const args of [
    ['runs', 'verify', two],
    ['apply', two, '--check'],
  ]) {
    const said = await world.run(...args, '--repo', clone);
    expect(said.code, said.err + said.out).toBe(0);
  }
});

const integrated = async (...args: string[]): Promise<IntegrationRecord> => {
  const said = await world.run('integrate', ...args, '--repo', clone, '--no-tests', '--json');
  return said.json() as IntegrationRecord;
};

it('fetched goals that depend on each other are integrated in their order, and none without what it stands on', async () => {
  for (const runId of [one, two]) expect((await world.run(...fetch(runId))).code).toBe(0);
  const alone = await integrated(two, '--branch', 'alone');
  expect(alone.runs).toMatchObject([{ runId: two, outcome: 'blocked' }]);
  const { runs, tip } = await integrated(two, one, '--branch', 'together');
  expect(runs.map(({ outcome }) => outcome)).toEqual(['integrated', 'integrated']);
  expect(
    world
      .git('-C', clone, 'log', '--format=%s', `main..${tip ?? ''}`)
      .trim()
      .split('\n'),
  ).toEqual([goalText('two'), goalText('one')]);
  const files = world.git('-C', clone, 'ls-tree', '-r', '--name-only', tip ?? '').split('\n');
  for (const id of ['one', 'two']) expect(files).toContain(`src/${id}.js`);
});
