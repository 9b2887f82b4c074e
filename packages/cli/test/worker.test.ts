import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

it('works on a goal that was submitted elsewhere, and ends it with an approval that was given elsewhere', async () => {
  const postgres = start(file('../../engine-dbos/test/postgres-server.ts'), [], process.env);
  const url = String(await message(postgres));
  await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()]);
  const env = { ...world.env, CODEX_ORCH_DATABASE: url };
  const worker = start(file('worker-command.ts'), ['worker', '--repo', world.repo, '--executor', 'machine-a'], env);
  let err = '';
  worker.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));

  const ended = await message(start(file('worker-submit.ts'), [world.repo, 'sum any number of numbers'], env));

  expect(ended, err).toMatchObject({
    ended: { status: 'ended', standing: { phase: 'done', worker: 'machine-a' } },
    diff: expect.stringContaining('src/sum.js') as string,
  });
  expect(err).not.toContain(new URL(url).password);
});

it('says which database it needs, and what is wrong with one', async () => {
  const missing = await world.run('worker');
  expect(missing.code).toBe(2);
  expect(missing.err).toContain('--database');
});
