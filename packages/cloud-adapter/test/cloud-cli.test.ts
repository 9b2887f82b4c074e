import { mkdir, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { CloudCli } from '../src/index.js';
import { CloudWorld } from './cloud-world.js';

let world: CloudWorld | undefined;

afterEach(async () => {
  await world?.[Symbol.asyncDispose]();
  world = undefined;
});

it('is asked what it can do, and the newest Codex can do the same', async () => {
  world = await CloudWorld.make();
  const all = { exec: true, status: true, diff: true, attempts: true, branch: true, listJson: true, diffAttempt: true };
  expect(world.cli.capabilities).toEqual(all);
  const root = path.dirname(createRequire(import.meta.url).resolve('@openai/codex-linux-x64/package.json'));
  const binary = path.join(root, 'vendor/x86_64-unknown-linux-musl/bin/codex');
  const newest = await CloudCli.probe({ ...world.launch, binary, version: '0.169.0' }, { rawDir: world.root });
  expect(newest.capabilities).toEqual(all);
});

it('a program without "cloud" is refused, and named', async () => {
  world = await CloudWorld.make();
  const probe = CloudCli.probe({ ...world.launch, binary: process.execPath, version: '0.0.1' }, { rawDir: world.root });
  await expect(probe).rejects.toMatchObject({
    code: 'cloud-unsupported',
    message: 'Codex 0.0.1 has no "codex cloud exec".',
  });
});

it('tells of the tasks that there are, page by page', async () => {
  world = await CloudWorld.make();
  const { cli, cloud, store } = world;
  await mkdir(store.dir, { recursive: true });
  const made = await cli.submit(
    { environment: 'acme/shop', prompt: '-- not a flag', attempts: 4, branch: 'topic' },
    store.dir,
  );
  expect(made).toEqual({ taskId: 'task_e_1', url: expect.stringMatching(/\/codex\/tasks\/task_e_1$/) as string });
  expect(cloud.tasks).toMatchObject([{ prompt: '-- not a flag', attempts: 4, branch: 'topic' }]);
  expect(await cli.list()).toMatchObject({ tasks: [{ id: 'task_e_1', environmentLabel: 'acme/shop' }], cursor: null });
});

it('leaves nothing behind where it is called', async () => {
  world = await CloudWorld.make();
  const before = await readdir(process.cwd());
  await world.cli.status('task_e_9').catch(() => undefined);
  expect(await readdir(process.cwd())).toEqual(before);
});

it('a call that does not end is given up', async () => {
  world = await CloudWorld.make({ answersSubmission: () => false });
  const { launch, store, root } = world;
  const impatient = await CloudCli.probe(launch, { rawDir: root, timeoutMs: 2_000 });
  await mkdir(store.dir, { recursive: true });
  const submission = impatient.submit({ environment: 'env_1', prompt: 'Wait.', attempts: 1 }, store.dir);
  await expect(submission).rejects.toMatchObject({ code: 'cloud-unavailable', isUnclear: true });
});

it('without a login, or without a connection, it says so', async () => {
  world = await CloudWorld.make();
  const { launch, root } = world;
  const ask = async (env: Record<string, string>): Promise<unknown> => {
    const cli = await CloudCli.probe({ ...launch, env: { ...launch.env, ...env } }, { rawDir: root });
    return cli.status('task_e_1').catch((error: unknown) => error);
  };
  expect(await ask({ CODEX_HOME: path.join(root, 'repo') })).toMatchObject({ code: 'cloud-login' });
  expect(await ask({ CODEX_CLOUD_TASKS_BASE_URL: 'http://127.0.0.1:1/backend-api' })).toMatchObject({
    code: 'cloud-unavailable',
  });
});
