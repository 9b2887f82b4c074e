import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codexPaths, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

interface Report {
  readonly healthy: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly detail: string;
    readonly remedy?: string;
  }[];
}

async function examine(): Promise<{
  readonly code: number;
  readonly healthy: boolean;
  readonly check: (name: string) => Report['checks'][number] | undefined;
}> {
  const said = await world.run('doctor', '--json');
  const { healthy, checks } = said.json() as Report;
  expect(said.code).toBe(healthy ? 0 : 1);
  for (const check of checks) if (check.status === 'fail') expect(check.remedy, check.name).toBeTruthy();
  return { code: said.code, healthy, check: (name) => checks.find((candidate) => candidate.name === name) };
}

it('finds everything in order where it is', async () => {
  await world.model([]);
  const { healthy, check } = await examine();
  expect(check('codex')?.detail).toContain(`0.169.0 at ${path.sep}`);
  expect(check('drivers')?.detail).toMatch(/^app-server, exec, cloud; app-server is used/);
  expect(check('login')).toMatchObject({ status: 'ok', detail: 'not-needed (replay)' });
  expect(check('sandbox')).toMatchObject({ status: 'ok' });
  expect(check('model')).toMatchObject({ status: 'ok' });
  expect(healthy).toBe(true);
  expect((await world.run('doctor')).out).toMatch(/✓ node[\s\S]*✓ git[\s\S]*✓ model/);
});

it('says that an older Codex also has mcp-server', async () => {
  await world.model([], { codex: { path: codexPaths['0.151.0'] } });
  expect((await examine()).check('drivers')?.detail).toMatch(/^app-server, mcp-server, exec, cloud;/);
});

it('tells a missing Codex, with what to do', async () => {
  await world.configure({ codex: { path: '/nowhere/codex' } });
  const { healthy, check } = await examine();
  expect(healthy).toBe(false);
  expect(check('codex')).toMatchObject({ status: 'fail' });
});

it('tells of a Codex that only the repository has what can be done about that', async () => {
  const planted = path.join(world.repo, 'node_modules/.bin/codex');
  await world.write({ 'node_modules/.bin/codex': '#!/bin/sh\n' });
  await chmod(planted, 0o755);
  await world.configure({ codex: { path: planted } });
  const { check } = await examine();
  expect(check('codex')).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('it lies in the repository that is worked on') as string,
    remedy: expect.stringMatching(/--repo <folder>.*outside/) as string,
  });
});

it('tells which settings of a repository change nothing', async () => {
  await world.model([]);
  await world.write({ 'codex-orch.config.json': '{"limits": {"tokens": 9000000, "turns": 3}}' });
  const { healthy, check } = await examine();
  expect(healthy).toBe(true);
  expect(check('settings')).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(
      /^limits\.tokens 9000000 of codex-orch\.config\.json changes nothing: 2000000 holds/,
    ) as string,
  });
});

it('tells all that is wrong with a configuration, each on a line', async () => {
  await world.write({ 'codex-orch.config.json': '{"limits": 5, "tests": {"command": []}}' });
  const { out } = await world.run('doctor');
  expect(out).toMatch(/✗ configuration .* is not a valid configuration\.\n +\/.*"limits".*\n +\/.*"tests".*\n +→ /);
});

it('says each piece of advice once', async () => {
  await world.configure({ codex: { path: codexPaths['0.169.0'] } });
  const { out } = await world.run('doctor');
  expect(out).toMatch(/✗ login +logged-out\n +→ Run ".*codex login", set OPENAI_API_KEY/);
  expect(out.match(/codex login/g)).toHaveLength(1);
  expect(out).toMatch(/✗ model +Codex is not logged in and OPENAI_API_KEY is not set\n/);
});

it('tells a missing login, with what to do', async () => {
  await world.configure({ codex: { path: codexPaths['0.169.0'] } });
  const { check } = await examine();
  expect(check('login')).toMatchObject({ status: 'fail', remedy: expect.stringContaining('codex login') as string });
  expect(check('model')).toMatchObject({ status: 'fail', remedy: expect.stringContaining('OPENAI_API_KEY') as string });
});

it('knows a login that Codex has', async () => {
  await mkdir(path.join(world.env['HOME'] ?? '', '.codex'));
  await writeFile(
    path.join(world.env['HOME'] ?? '', '.codex', 'auth.json'),
    JSON.stringify({ OPENAI_API_KEY: 'sk-not-a-real-key' }),
  );
  await world.configure({ codex: { path: codexPaths['0.169.0'] } });
  expect((await examine()).check('login')).toMatchObject({
    status: 'ok',
    detail: expect.stringContaining('logged-in') as string,
  });
});

it('tells a model that cannot be reached', async () => {
  const server = await world.model([]);
  await server.close();
  expect((await examine()).check('model')).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('cannot be reached') as string,
  });
});
