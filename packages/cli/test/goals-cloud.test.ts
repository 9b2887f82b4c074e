import { rm } from 'node:fs/promises';
import path from 'node:path';
import { StandInCloud, writeStandInLogin } from '@codex-orch/cloud-adapter/testing';
import type { FleetRecord } from '@codex-orch/core/goals';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { goalOf, goalText, scenesFor, standings, writeGoals } from './fleet.js';
import { codexPaths, World } from './world.js';

const newFile = (name: string): string =>
  `diff --git a/src/${name}.js b/src/${name}.js\nnew file mode 100644\n--- /dev/null\n+++ b/src/${name}.js\n@@ -0,0 +1 @@\n+export const ${name} = 1;\n`;

let world: World;
let cloud: StandInCloud;

beforeEach(async () => {
  world = await World.make();
  cloud = await StandInCloud.start({ script: () => ({ diffs: [newFile('first'), newFile('far')] }) });
  const home = path.join(world.root, 'codex-home');
  await writeStandInLogin(home);
  Object.assign(world.env, { CODEX_HOME: home, CODEX_CLOUD_TASKS_BASE_URL: cloud.baseUrl });
  await world.model(scenesFor(['near']), { codex: { path: codexPaths['0.151.0'] } });
});

afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

it('begins no goal that Codex Cloud could not be handed, and says what is missing', async () => {
  const file = await writeGoals(world, [{ id: 'near' }, { id: 'far', mode: 'cloud' }]);
  expect((await world.run('goals', 'plan', file)).out).toMatch(/cloud: .* environment unknown: name one/);
  await world.run('goals', 'approve', file);
  expect((await world.run('goals', 'run', file)).err).toContain('[cloud-environment-unknown]');
  const named = await writeGoals(world, [{ id: 'far', mode: 'cloud', environment: 'env_1' }]);
  await world.run('goals', 'approve', named);
  await rm(path.join(world.root, 'codex-home', 'auth.json'));
  const refused = await world.run('goals', 'run', named);
  expect(refused.err).toContain('[cloud-login]');
  expect(refused.err).toContain('codex login');
  expect((await world.run('goals', 'list')).out).toContain('No goals');
  expect(cloud.tasks).toEqual([]);
});

it('works on goals here and in the cloud, which is told nothing before a human approved exactly their plan', async () => {
  const file = await writeGoals(world, [
    { id: 'near' },
    { id: 'far', mode: 'cloud', environment: 'env_1', attempts: 2 },
    { id: 'later', mode: 'cloud', environment: 'env_1', depends_on: ['near'] },
  ]);
  const refused = await world.run('goals', 'run', file);
  expect(refused.code).toBe(3);
  expect(refused.err).toContain('[goals-plan-not-approved]');
  const approved = await world.run('goals', 'approve', file, '--reason', 'read it');
  expect(approved.code, approved.err).toBe(0);
  expect((await world.run('audit', 'list')).out).toMatch(/approve +done .*plan/);
  expect((await world.run('goals', 'run', file, '--concurrency', '3')).err).toContain('[goals-plan-not-approved]');
  expect(cloud.tasks).toEqual([]);

  const run = await world.run('goals', 'run', file, '--json');
  expect(run.code, run.err).toBe(3);
  const { goals } = run.json() as FleetRecord;
  expect(goals).toMatchObject([
    { id: 'near', standing: 'parked', lane: null },
    { id: 'far', standing: 'parked', lane: null },
    { id: 'later', standing: 'waiting' },
  ]);
  expect(cloud.tasks).toMatchObject([{ attempts: 2, branch: 'main' }]);
  expect(cloud.tasks[0]?.prompt).toContain(goalText('far'));
  const manifest = await world.manifest((await goalOf(world, 'far')).runId);
  expect(manifest).toMatchObject({
    state: 'awaiting-approval',
    mode: { requested: 'cloud', used: 'cloud', reason: 'environment env_1: asked for' },
    tests: { passed: true },
    review: { verdict: 'approve' },
  });

  for (const id of ['near', 'far']) {
    const said = await world.run('approve', (await goalOf(world, id)).runId);
    expect(said.code, said.err).toBe(0);
  }
  const resumed = await world.run('goals', 'run', file, '--json');
  expect(resumed.code, resumed.err).toBe(1);
  expect((resumed.json() as FleetRecord).goals).toMatchObject([
    { id: 'near', standing: 'done' },
    { id: 'far', standing: 'done' },
    // What it is to start from was never pushed.
    { id: 'later', standing: 'blocked', end: { code: 'cloud-base-local' } },
  ]);
  expect(cloud.tasks).toHaveLength(1);
});

it('holds up the goal alone whose login has expired or whose environment nobody has, and goes on with it after a new login', async () => {
  await cloud[Symbol.asyncDispose]();
  let isExpired = true;
  cloud = await StandInCloud.start({
    script: () => ({ diffs: [newFile('far')] }),
    intercept: ({ command }) => (command === 'status' && isExpired ? { status: 401 } : undefined),
  });
  world.env['CODEX_CLOUD_TASKS_BASE_URL'] = cloud.baseUrl;
  const file = await writeGoals(world, [
    { id: 'far', mode: 'cloud', environment: 'env_1' },
    { id: 'lost', mode: 'cloud', environment: 'nobody' },
    { id: 'near' },
  ]);
  await world.run('goals', 'approve', file);
  const said = await world.run('goals', 'run', file);
  expect(said.code, said.err).toBe(3);
  expect(await standings(world)).toEqual({ far: 'parked', lost: 'failed', near: 'parked' });
  expect(said.out).toMatch(/far +parked +run .* was interrupted: .*HTTP 401.*\[cloud-login\]\n +Run "codex login"/);
  expect(said.out).toMatch(/lost +failed .*no environment for nobody.*\[cloud-environment-unknown\]/);
  expect(said.out).toMatch(/near +parked .*waits for your approval/);

  isExpired = false;
  expect((await world.run('goals', 'run', file)).code).toBe(3);
  expect(await goalOf(world, 'far')).toMatchObject({ standing: 'parked', trouble: null });
  expect(cloud.tasks).toHaveLength(1);
});
