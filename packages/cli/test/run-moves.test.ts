import { readdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { newRunId } from '@codex-orch/core';
import type { DbosEngine } from '@codex-orch/engine-dbos';
import type { ReplayServer, Scene } from '@codex-orch/replay';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  goalQueue,
  remoteGoalWorkflowName,
  type RemoteStanding,
  remoteStandingSchema,
  standingSignal,
} from '../src/compose/fleet-database/remote-goal.js';
import { OtherProcesses } from './other-processes.js';
import { reviewer, World } from './world.js';

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

const addFile = (name: string): Scene['steps'][number] => ({
  applyPatch: `*** Begin Patch\n*** Add File: src/${name}.js\n+export const ${name} = '${name}';\n*** End Patch`,
});

const plan = (goal: string, ...ids: string[]): Scene => ({
  scene: `plan of ${goal}`,
  when: { agent: 'You are the planner', input: goal },
  steps: [
    {
      json: { summary: 's', subtasks: ids.map((id) => ({ id, title: id, instructions: `Do <${id}>.`, paths: [] })) },
    },
  ],
});

const build = (id: string, ...steps: Scene['steps']): Scene => ({
  scene: `builder of ${id}`,
  when: { input: `You are the builder.*Do <${id}>` },
  steps: [...steps, { say: 'Done.' }],
});

interface Line {
  readonly type: string;
  readonly data: { readonly [key: string]: unknown };
}

const linesOf = async (repo: string, runId: string): Promise<readonly Line[]> =>
  (await readFile(path.join(repo, '.runs/adhoc', runId, 'events.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const scenesOf = (model: ReplayServer): readonly (string | undefined)[] =>
  model.report().exchanges.map(({ scene }) => scene);

async function waitingOf(engine: DbosEngine, runId: string): Promise<RemoteStanding> {
  const { status } = await engine.settled(runId);
  expect(status).toBe('waiting');
  return remoteStandingSchema.parse((await engine.sent(runId, standingSignal)).at(-1));
}

it('goes on with the goals of a worker that was killed where they were: one that waited, and one in the middle of building', async () => {
  const url = await processes.postgres();
  const go = path.join(world.root, 'go');
  const scenes = [
    plan('the calm one', 'calm'),
    plan('the torn one', 'first', 'second'),
    build('calm', addFile('calm')),
    build('first', addFile('first')),
    build('second', { shell: `[ -e ${go} ] || sleep 600`, yieldMs: 30_000 }, addFile('second')),
    reviewer(),
  ];
  const model = await world.model(scenes, { tests: { commands: [['true']] } });
  const clone = path.join(world.root, 'clone');
  world.git('clone', '--quiet', world.repo, clone);
  const homeB = { ...world.env, CODEX_ORCH_HOME: path.join(world.root, 'home-b') };
  const worker = (name: string, repo: string, env: NodeJS.ProcessEnv, atOnce: number) =>
    processes.command(
      ['worker', '--database', url, '--repo', repo, '--executor', name, '--concurrency', String(atOnce)],
      env,
    );
  const dbos = await import('@codex-orch/engine-dbos');
  await using engine = new dbos.DbosEngine({ url, version: '1' });
  engine.defineQueue(goalQueue, {});
  const a = worker('machine-a', world.repo, world.env, 1);
  const [calm, torn] = [newRunId(), newRunId()];
  const base = { commit: world.git('rev-parse', 'HEAD').trim(), branch: 'main' };
  for (const [runId, goal] of [
    [calm, 'Do the calm one.'],
    [torn, 'Do the torn one.'],
  ] as const) {
    const input = { runId, taskId: 'adhoc', goal, base };
    await engine.submit(remoteGoalWorkflowName, input, { id: runId, queue: goalQueue });
  }
  const waiting = await waitingOf(engine, calm);
  expect(waiting, a.said()).toMatchObject({ worker: 'machine-a', phase: 'awaiting-approval' });
  await expect.poll(() => scenesOf(model), { timeout: 60_000 }).toContain('plan of the torn one');
  const b = worker('machine-b', clone, homeB, 2);
  // Who waits for a human leaves the only place to the next one.
  await expect.poll(() => scenesOf(model), { timeout: 60_000 }).toContain('builder of second');
  const asked = scenesOf(model);

  const gone = once(a.child, 'exit');
  a.child.kill('SIGKILL');
  await gone;
  await writeFile(go, '');
  // As if its time had passed.
  await engine.database.query(`UPDATE codex_orch.workers SET lease_until = '-infinity' WHERE executor = 'machine-a'`);
  await b.until(/Worker machine-a has stopped answering/);
  world.env['CODEX_ORCH_HOME'] = path.join(world.root, 'home-c');
  const approved = await world.run('approve', calm, '--database', url, '--reason', 'reads well');
  expect(approved.code, approved.err + b.said()).toBe(0);
  const done = remoteStandingSchema.parse(await engine.result(calm));
  expect(done).toMatchObject({ phase: 'done', worker: 'machine-b', diffSha256: waiting.diffSha256 });
  const calmLines = await linesOf(clone, calm);
  expect(calmLines.filter(({ type }) => type === 'run.moved')).toMatchObject([
    { data: { from: { worker: 'machine-a', repository: world.repo }, to: { worker: 'machine-b', repository: clone } } },
  ]);
  expect(done.artifacts.map((artifact) => artifact.path)).toContain('work.bundle');

  const finished = await waitingOf(engine, torn);
  expect(finished, b.said()).toMatchObject({ worker: 'machine-b', phase: 'awaiting-approval' });
  // Nobody was asked again but the builder that was cut off, and those after it.
  const again = Array.from({ length: 3 }, () => 'builder of second');
  expect(scenesOf(model)).toEqual([...asked, ...again, 'reviewer says approve']);
  const builds = (await linesOf(clone, torn)).filter(({ type }) => type === 'build.finished');
  const threads = builds.map(({ data }) => (data['build'] as { readonly threadId: string }).threadId);
  expect(threads).toHaveLength(2);
  expect(threads[1]).toBe(threads[0]);
  const diff = await readFile(path.join(clone, '.runs/adhoc', torn, 'diff.patch'), 'utf8');
  expect([...diff.matchAll(/^diff --git a\/(\S+)/gm)].map(([, file]) => file)).toEqual([
    'src/first.js',
    'src/second.js',
  ]);

  world.env['CODEX_ORCH_HOME'] = path.join(world.root, 'home-b');
  for (const runId of [calm, torn]) {
    const verified = await world.run('runs', 'verify', runId, '--repo', clone);
    expect(verified.out, verified.err).toContain('intact');
  }
  expect(await readdir(path.join(clone, '.runs/adhoc'))).toEqual([calm, torn]);
});
