import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeGoals } from './fleet.js';
import { builder, manyChanges, planner, reviewer, say, World } from './world.js';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const source = ['--conditions', '@codex-orch/source', '--import', '@swc-node/register/esm-register'];

let world: World;
const children: ChildProcess[] = [];

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  for (const child of children.splice(0).reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  await world[Symbol.asyncDispose]();
});

/** A process that runs from source, as another machine would. */
function start(module: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = fork(module, args, {
    cwd: file('..'),
    env,
    execArgv: source,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  return child;
}

async function message(child: ChildProcess): Promise<unknown> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'exit').then(() => {
    throw new Error(`It ended without a word: ${said}`);
  });
  const [first] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  ended.catch(() => undefined);
  return first;
}

it('works on a goal that another machine submits, follows, reads and approves', async () => {
  const postgres = start(file('../../engine-dbos/test/postgres-server.ts'), [], process.env);
  const url = String(await message(postgres));
  await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()]);
  const env = { ...world.env, CODEX_ORCH_DATABASE: url };
  const worker = start(file('worker-command.ts'), ['worker', '--repo', world.repo, '--executor', 'machine-a'], env);
  let err = '';
  worker.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  // From here on as on a machine that shares the database alone.
  world.env['CODEX_ORCH_HOME'] = path.join(world.root, 'another-home');
  const goals = await writeGoals(world, [{ id: 'sums', goal: 'sum any number of numbers' }]);

  const submitted = await world.run('goals', 'run', goals, '--database', url, '--json');
  expect(submitted.code, submitted.err + err).toBe(3);
  const [waiting] = submitted.json() as readonly { runId: string; folder: string }[];
  expect(waiting).toMatchObject({ id: 'sums', status: 'waiting', standing: { worker: 'machine-a' } });
  const { runId = '', folder = '' } = waiting ?? {};
  expect(await readFile(path.join(folder, 'diff.patch'), 'utf8')).toContain('src/sum.js');

  const approved = await world.run('approve', runId, '--database', url, '--reason', 'reads well');
  expect(approved.code, approved.err).toBe(0);
  expect(approved.out).toBe(`Run ${runId} is done, on machine-a.\n`);
  const again = await world.run('goals', 'run', goals, '--database', url);
  expect(again.code, again.err).toBe(0);
  expect(again.out).toContain(`run ${runId}  done on machine-a`);
  expect((await world.run('approve', runId, '--database', url)).err).toContain('[run-state]');
  for (const said of [err, submitted.err, approved.err, again.err, again.out])
    expect(said).not.toContain(new URL(url).password);
});

it('refuses goals that no other machine can work on', async () => {
  await world.model([]);
  const goals = await writeGoals(world, [{ id: 'one' }, { id: 'two', depends_on: ['one'] }]);
  const refused = await world.run('goals', 'run', goals, '--database', 'postgres://nobody@127.0.0.1:1/none');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('[goals-not-remote]');
  expect(refused.err).toContain('"two"');
});

it('says which database it needs, and what is wrong with one', async () => {
  const missing = await world.run('worker');
  expect(missing.code).toBe(2);
  expect(missing.err).toContain('--database');
});
