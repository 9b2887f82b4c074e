import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { StandInCloud, type StandInOptions, writeStandInLogin } from '@codex-orch/cloud-adapter/testing';
import {
  createGoalWorkflow,
  createWorkspace,
  defaultConfig,
  type GoalInput,
  JournalEngine,
  newRunId,
  openRepository,
  readRun,
  Redactor,
  type Repository,
  RunLayout,
  type RunLocation,
  type RunRecord,
  RunStore,
  type Workflow,
} from '@codex-orch/core';
import { type ReplayServer, type Scene, startReplay } from '@codex-orch/replay';
import { createTeam, runTestCommands } from '@codex-orch/roles';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cloudMode } from '../src/compose/cloud/cloud-mode.js';
import { cloudDriverFor } from '../src/compose/cloud/cloud-runtime.js';
import { openCloud } from '../src/compose/cloud/open-cloud.js';
import { codexPaths, planner, reviewer, World } from './world.js';

let world: World;
let cloud: StandInCloud;
let model: ReplayServer;
let repository: Repository;

const testCommands = [[process.execPath, '--test']];
const environment = { environment: 'env_1', why: 'asked for' };

beforeEach(async () => {
  world = await World.make();
  repository = await openRepository(world.repo);
});

afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
  await model.close();
  await world[Symbol.asyncDispose]();
});

async function start(options: StandInOptions, reviewers = [reviewer()]): Promise<void> {
  cloud = await StandInCloud.start(options);
  const home = path.join(world.root, 'codex-home');
  await writeStandInLogin(home);
  Object.assign(world.env, { CODEX_HOME: home, CODEX_CLOUD_TASKS_BASE_URL: cloud.baseUrl });
  model = await startReplay({ script: [planner(), ...reviewers] });
}

/** A goal's workflow whose builder works in the cloud, and whose other roles and gates are those of any goal. */
function goalInTheCloud(layout: RunLayout): Workflow<GoalInput> {
  const { env } = world;
  const redactor = new Redactor();
  const config = {
    ...defaultConfig,
    codex: { ...defaultConfig.codex, path: codexPaths['0.151.0'] },
    tests: { ...defaultConfig.tests, sandbox: 'off' as const },
  };
  return createGoalWorkflow({
    openStore: async (runId) => RunStore.open(await layout.find(runId)),
    openWorkspace: (input, signal) =>
      createWorkspace({
        repository,
        commit: input.base.commit,
        dir: path.join(world.root, 'workspaces', input.runId),
        signal,
      }),
    preflight: () =>
      Promise.resolve({
        ok: true,
        facts: {
          mode: cloudMode('cloud', environment),
          codex: { version: '0.151.0', driver: 'cloud', path: codexPaths['0.151.0'] },
          model: { codex: null, roles: 'scripted', provider: 'scripted' },
          testCommands,
          notes: [],
        },
      }),
    openTeam: async (opened) => {
      const rawDir = path.join(opened.store.dir, 'cloud');
      const opener = await openCloud({ config, env, repositoryRoot: repository.root, rawDir, redactor });
      // Tests run outside of any sandbox here, so none is asked for.
      const codex = { launch: undefined, sandbox: undefined } as never;
      const place = { config, env, redactor, repositoryRoot: repository.root, environment };
      const roles = {
        kind: 'responses',
        baseUrl: model.baseUrl,
        apiKey: 'none',
        model: 'gpt-5.5',
        timeoutMs: 60_000,
      } as const;
      const work = { ...place, cloud: opener, codex, reviewer: roles };
      const driver = cloudDriverFor({ ...work, attempts: 2 }, opened);
      const { workspace, store, currentTree } = opened;
      const team = createTeam({
        model: roles,
        builder: {
          driver,
          beforeTurn: ({ signal }) => workspace.restore(currentTree(), { signal }),
        },
        runTests: ({ signal }) =>
          runTestCommands({
            cwd: workspace.tree,
            commands: testCommands,
            launch: ([file = '', ...args]) => ({ file, args, env: { PATH: env['PATH'] ?? '' } }),
            runDir: store.dir,
            logPrefix: 'tests/1',
            signal,
          }),
      });
      return { ...team, [Symbol.asyncDispose]: () => driver.close() };
    },
  });
}

/** Works on a goal, or goes on with one, until it ends, waits or is interrupted. */
async function work(earlier?: RunLocation): Promise<RunRecord> {
  const layout = new RunLayout(repository.root);
  const location = earlier ?? layout.place('adhoc', newRunId());
  if (!earlier) await layout.make(location);
  const engine = new JournalEngine(layout);
  const workflow = goalInTheCloud(layout);
  engine.register(workflow);
  const { runId, taskId } = location;
  await engine.start();
  if (earlier) await engine.resume(runId);
  else
    await engine.run(
      workflow,
      {
        runId,
        taskId,
        goal: 'Make it two.',
        repository: repository.root,
        base: repository.head,
        limits: defaultConfig.limits,
        testsRequired: true,
        version: '0.0.0',
      },
      { id: runId },
    );
  await engine.settled(runId).catch(() => undefined);
  await engine.stop();
  const run = await readRun(location);
  if (!run) throw new Error('the run has recorded nothing');
  return run;
}

const patch = (value: string, file = 'old'): string =>
  `diff --git a/src/${file}.js b/src/${file}.js\n--- a/src/${file}.js\n+++ b/src/${file}.js\n@@ -1 +1 @@\n-export const ${file} = ${file === 'old' ? '1' : '(a, b) => a + b'};\n+export const ${file} = ${value};\n`;

it('a goal in the cloud passes the same gates as local work: its best attempt is tested, reviewed, and waits for approval', async () => {
  await start({ script: () => ({ diffs: [patch('() => 0', 'sum'), patch('2')] }) });
  const run = await work();
  expect(run.manifest).toMatchObject({
    state: 'awaiting-approval',
    mode: { used: 'cloud', reason: 'environment env_1: asked for' },
    tests: { passed: true },
    review: { verdict: 'approve' },
    diff: { files: [{ path: 'src/old.js', added: 1, removed: 1 }] },
  });
  expect(cloud.tasks).toMatchObject([{ attempts: 2, branch: 'main' }]);
  const record = JSON.parse(await readFile(path.join(run.dir, 'cloud', 'cloud.json'), 'utf8')) as object;
  expect(record).toMatchObject({
    turns: [{ outcome: { chosen: 2, attempts: [{ tests: 'failed' }, { tests: 'passed', lost: null }] } }],
  });
  expect(await world.read('src/old.js')).toBe('export const old = 1;\n');
});

it('of two attempts that pass the tests the one that the reviewer would take is taken, and its review is kept', async () => {
  const against: Scene = { ...reviewer('revise'), when: { agent: 'You are the reviewer', input: 'old = 1 \\+ 1;' } };
  await start({ script: () => ({ diffs: [patch('1 + 1'), patch('2')] }) }, [against, reviewer()]);
  const run = await work();
  expect(run.manifest).toMatchObject({ state: 'awaiting-approval', review: { verdict: 'approve' } });
  const json = async (name: string) => JSON.parse(await readFile(path.join(run.dir, 'cloud', name), 'utf8')) as object;
  expect(await json('cloud.json')).toMatchObject({
    turns: [
      {
        outcome: {
          chosen: 2,
          attempts: [
            { tests: 'passed', review: 'revise' },
            { tests: 'passed', review: 'accepted', lost: null },
          ],
        },
      },
    ],
  });
  expect(await json('review-of-attempt-1.json')).toMatchObject({ verdict: 'revise' });
  // The planner, two reviews of attempts, and the review that is a gate.
  expect(model.report().exchanges).toHaveLength(4);
});

it('a login that expires interrupts the goal, which goes on with the same task after a new one', async () => {
  let isExpired = true;
  await start({
    script: () => ({ diffs: [patch('2'), patch('2')] }),
    intercept: ({ command }) => (command === 'status' && isExpired ? { status: 401 } : undefined),
  });
  const interrupted = await work();
  expect(interrupted.manifest).toMatchObject({ state: 'building', end: null });
  isExpired = false;
  const { manifest } = await work(interrupted);
  expect(manifest).toMatchObject({ state: 'awaiting-approval', diff: { files: [{ path: 'src/old.js' }] } });
  expect(cloud.tasks).toHaveLength(1);
});
