import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workspaceDir } from '../src/compose/orch-home.js';
import { writeGoals } from './fleet.js';
import { OtherProcesses } from './other-processes.js';
import { builder, oneChange, planner, reviewer, say, World } from './world.js';

let world: World;
let processes: OtherProcesses;

beforeEach(async () => {
  world = await World.make();
  processes = new OtherProcesses();
});

afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

it('works on a goal that another machine submits, follows, reads and approves', async () => {
  const url = await processes.postgres();
  await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
  const env = { ...world.env, CODEX_ORCH_DATABASE: url };
  const worker = processes.command(['worker', '--repo', world.repo, '--executor', 'machine-a'], env);
  const homeOfWorker = world.env['CODEX_ORCH_HOME'];
  // From here on as on a machine that shares the database alone.
  world.env['CODEX_ORCH_HOME'] = path.join(world.root, 'another-home');
  const budget = { turns: 20 };
  const goals = await writeGoals(world, [{ id: 'sums', goal: 'sum any number of numbers', budget }]);

  const submitted = await world.run('goals', 'run', goals, '--database', url, '--json');
  expect(submitted.code, submitted.err + worker.said()).toBe(3);
  const { goals: told } = submitted.json() as {
    readonly goals: readonly { readonly runId: string; readonly folder: string }[];
  };
  expect(told).toMatchObject([{ id: 'sums', standing: 'parked', asks: [], worker: 'machine-a' }]);
  const { runId = '', folder = '' } = told[0] ?? {};
  expect(await readFile(path.join(folder, 'diff.patch'), 'utf8')).toContain('src/sum.js');
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as object;
  expect(manifest).toMatchObject({ budget: { limits: { turns: 20 } } });

  // On the worker's machine nothing is decided behind the back of the queue.
  const elsewhere = world.env['CODEX_ORCH_HOME'];
  world.env['CODEX_ORCH_HOME'] = homeOfWorker;
  for (const args of [
    ['approve', runId],
    ['reject', runId, '--reason', 'no'],
    ['resume', runId],
    ['cancel', runId],
  ]) {
    const alone = await world.run(...args);
    expect(alone.code, args.join(' ')).toBe(1);
    expect(alone.err).toContain('[run-of-queue]');
    const where = `--database "$CODEX_ORCH_DATABASE"`;
    expect(alone.err).toContain(`\`codex-orch approve ${runId} ${where}\``);
    expect(alone.err).toContain(`\`codex-orch goals list --queue goals ${where}\``);
  }
  world.env['CODEX_ORCH_HOME'] = elsewhere;

  const clone = path.join(world.root, 'clone');
  world.git('clone', '--quiet', world.repo, clone);
  const fetch = (...args: string[]) => world.run('runs', 'fetch', runId, '--database', url, '--repo', clone, ...args);
  const open = await fetch();
  expect(open.err).toContain('[remote-run-open]');
  expect(open.err).toMatch(/`codex-orch goals status goals-\w+ --database "\$CODEX_ORCH_DATABASE" --repo \S+clone`/);

  const approved = await world.run('approve', runId, '--database', url, '--reason', 'reads well');
  expect(approved.code, approved.err).toBe(0);
  // Nothing that was set here holds the URL, whose password is not for the screen.
  expect(approved.out).toContain(
    `Run ${runId} (sums) is done, on machine-a.\nNext:\n  codex-orch runs fetch ${runId} --database "$CODEX_ORCH_DATABASE"\n`,
  );
  expect(approved.out).toContain('(set CODEX_ORCH_DATABASE to the URL of this database first');
  expect(worker.said()).toMatch(/^\[sums\] .* approve \w+ --database "\$CODEX_ORCH_DATABASE"/m);
  const again = await world.run('goals', 'run', goals, '--database', url);
  expect(again.code, again.err).toBe(0);
  expect(again.out).toContain(`run ${runId} on machine-a`);
  expect(again.out).toContain(`  codex-orch runs fetch ${runId} --database "$CODEX_ORCH_DATABASE"`);
  const status = await world.run('goals', 'status', '--database', url, '--json');
  const commit = (status.json() as { readonly goals: { readonly commit: string }[] }).goals[0]?.commit ?? '';
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect((await world.run('approve', runId, '--database', url)).err).toContain('[run-state]');

  // The worker's own directory is not this home's to replace.
  const beside = await world.run('runs', 'fetch', runId, '--database', url);
  expect(beside.err).toContain('[run-not-noted]');
  const fetched = await fetch();
  expect(fetched.code, fetched.err).toBe(0);
  expect(fetched.out).toContain(`codex-orch apply ${runId} --repo`);
  expect((await fetch('--json')).json()).toMatchObject({ runId, phase: 'done', fetched: false });
  for (const args of [
    ['runs', 'verify', runId],
    ['runs', 'show', runId],
    ['apply', runId, '--check'],
    ['apply', runId],
  ]) {
    const said = await world.run(...args, '--repo', clone);
    expect(said.code, said.err).toBe(0);
  }
  expect(world.git('-C', clone, 'status', '--porcelain')).toContain('src/sum.js');
  const work = path.join(workspaceDir(world.env, runId), 'git');
  expect(world.git('--git-dir', work, 'log', '-1', '--format=%H', 'codex-orch')).toContain(commit);
  for (const said of [worker.said(), submitted.err, approved.err, again.err, again.out])
    expect(said).not.toContain(new URL(url).password);
});

it('says which database it needs, and what is wrong with one', async () => {
  const missing = await world.run('worker');
  expect(missing.code).toBe(2);
  expect(missing.err).toContain('--database');
});
