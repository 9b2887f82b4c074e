import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { StandInCloud, type StandInOptions, writeStandInLogin } from '@codex-orch/cloud-adapter/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codexPaths, World } from './world.js';

let world: World;
let cloud: StandInCloud | undefined;

beforeEach(async () => {
  world = await World.make();
  world.git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
});

afterEach(async () => {
  await cloud?.[Symbol.asyncDispose]();
  cloud = undefined;
  await world[Symbol.asyncDispose]();
});

/** The user is logged in, and the real `codex cloud` talks to a stand-in. */
async function start(options: StandInOptions = {}): Promise<StandInCloud> {
  cloud = await StandInCloud.start(options);
  world.env['CODEX_HOME'] = path.join(world.root, 'codex-home');
  world.env['CODEX_CLOUD_TASKS_BASE_URL'] = cloud.baseUrl;
  await writeStandInLogin(world.env['CODEX_HOME']);
  await world.configure({ codex: { path: codexPaths['0.151.0'] } });
  return cloud;
}

const patch =
  'diff --git a/src/old.js b/src/old.js\n--- a/src/old.js\n+++ b/src/old.js\n@@ -1 +1 @@\n-export const old = 1;\n+export const old = 2;\n';

it('a task is submitted to the environment of the repository, followed, and its diff shown and written', async () => {
  const { tasks } = await start({
    script: () => ({ life: ['pending', 'ready'], diffs: [patch, patch.replace('= 2', '= \u001b[31m3')] }),
  });
  const submitted = await world.run('cloud', 'submit', '--attempts', '2', '--json', 'Make it two.');
  expect(submitted.code, submitted.err).toBe(0);
  expect(submitted.json()).toMatchObject({ taskId: 'task_e_1', environment: 'acme/shop', branch: 'main', attempts: 2 });
  expect(tasks).toMatchObject([{ environment: { id: 'env_1' }, branch: 'main', attempts: 2 }]);

  expect(await world.run('cloud', 'status', 'task_e_1')).toMatchObject({ code: 3, out: 'pending\n' });
  expect(await world.run('cloud', 'status', 'task_e_1')).toMatchObject({ code: 0, out: 'ready\n' });
  const shown = await world.run('cloud', 'diff', 'task_e_1', '--attempt', '2');
  expect(shown.out).toContain('+export const old = ');
  expect(shown.out).not.toContain('\u001b');
  expect((await world.run('cloud', 'diff', 'task_e_1', '--output', 'task.patch')).code).toBe(0);
  expect(await readFile(path.join(world.repo, 'task.patch'), 'utf8')).toBe(patch);
  expect(await world.read('src/old.js')).toBe('export const old = 1;\n');
});

it('environments are told: the one of the repository, the configured ones, and those of recent tasks', async () => {
  await start();
  await world.run('cloud', 'submit', 'Be seen.');
  const told = await world.run('cloud', 'environments', '--json');
  expect(told.json()).toEqual({
    repository: 'acme/shop',
    here: { environment: 'acme/shop', why: 'its label is the name of the repository' },
    configured: [],
    seen: ['acme/shop'],
  });
});

it('several configured environments are listed, and one has to be named', async () => {
  const { tasks } = await start();
  const environments = ['env_1', 'env_2'].map((id) => ({ id, repository: 'acme/shop' }));
  await world.configure({ codex: { path: codexPaths['0.151.0'] }, cloud: { environments } });
  const refused = await world.run('cloud', 'submit', 'Choose.');
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/fit acme\/shop: env_1, env_2/);
  expect(refused.err).toContain('--environment');
  expect((await world.run('cloud', 'submit', '--environment', 'env_1', 'Choose.')).code).toBe(0);
  expect(tasks).toHaveLength(1);
});

it('without a login, or with one that has expired, it says what to do', async () => {
  await start({ intercept: () => ({ status: 401, body: '{"error":{"code":"token_expired"}}' }) });
  const expired = await world.run('cloud', 'status', 'task_e_1');
  expect(expired.code).toBe(1);
  expect(expired.err).toMatch(/codex login/);
  world.env['CODEX_HOME'] = path.join(world.root, 'nobody');
  const none = await world.run('cloud', 'submit', 'Try.');
  expect(none.code).toBe(1);
  expect(none.err).toMatch(/codex login/);
});

const shop = (id: string) => ({ id, label: 'acme/shop' });

it.each([
  [
    'an environment that nobody has',
    {},
    ['--environment', 'nobody'],
    /no environment for nobody\..*\[cloud-environment-unknown\]/,
  ],
  [
    'a label that several environments have',
    { environments: [shop('env_1'), shop('env_2')] },
    [],
    /fit "acme\/shop"\. \[cloud-environment-ambiguous\][^]*by its id/,
  ],
  ['an account without environments', { environments: [] }, [], /it has none at all.*\[cloud-environment-unknown\]/],
  [
    'a rate limit',
    { intercept: () => ({ status: 429, body: '{"retry_after": 40}' }) },
    [],
    /limits the rate of requests, for 40 s\. \[cloud-rate-limited\][^]*same command again/,
  ],
] as const)('%s is told, and nothing is submitted', async (_what, options, flags, words) => {
  const { tasks } = await start(options);
  const said = await world.run('cloud', 'submit', ...flags, 'Do it.');
  expect(said.code).toBe(1);
  expect(said.err).toMatch(words);
  expect(tasks).toEqual([]);
});

it.each([
  ['a task that is a flag', ['cloud', 'status', '../../etc']],
  ['five attempts', ['cloud', 'submit', '--attempts', '5', 'x']],
  ['the zeroth attempt', ['cloud', 'diff', 'task_e_1', '--attempt', '0']],
])('%s is refused before anything is asked', async (_name, args) => {
  const { requests } = await start();
  expect((await world.run(...args)).code).toBe(2);
  expect(requests).toEqual([]);
});
