import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ProcessLock } from '@codex-orch/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builder, oneChange, planner, reviewer, say, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const listed = async (): Promise<unknown> => (await world.run('runs', 'list', '--json')).json();

it('tells a run that works from one that was stopped, which goes on as it says', async () => {
  await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
  const call = world.start('run', 'do it');
  await call.until(/planner/);
  expect(await listed()).toMatchObject([{ state: 'building', activity: 'running' }]);
  expect((await world.run('runs', 'list')).out).toMatch(/building \(running\).*do it\n$/);
  call.signal('SIGINT');
  expect((await call.said).code).toBe(130);

  expect(await listed()).toMatchObject([{ activity: 'stopped' }]);
  const stopped = await world.run('runs', 'list');
  expect(stopped.out).toMatch(/ing \(stopped\)/);
  const [, words = ''] = /go on with: codex-orch (.+)/.exec(stopped.out) ?? [];
  const resumed = await world.run(...words.split(' '));
  expect(resumed.code, resumed.err).toBe(3);

  expect(await listed()).toMatchObject([{ state: 'awaiting-approval', activity: 'waiting' }]);
  await world.run('reject', 'latest');
  expect(await listed()).toMatchObject([{ state: 'rejected', activity: 'ended' }]);
  expect((await world.run('runs', 'list')).out).not.toContain('go on with');

  const report = await world.run('runs', 'report', 'latest');
  expect(report.code, report.err).toBe(0);
  const page = await readFile(report.out.trim(), 'utf8');
  expect(page).toContain('>rejected<');
  expect(page).toContain('<span class="good">intact</span>');
  expect((await world.run('runs', 'verify', 'latest')).out).toContain('intact');
});

it('tells a run that has recorded nothing and is at work from one that nobody works on', async () => {
  const dir = path.join(world.repo, '.runs/adhoc/01J00000000000000000000000');
  await mkdir(dir, { recursive: true });
  expect(await listed()).toMatchObject([{ state: 'empty', activity: 'stopped' }]);
  await using _lock = await ProcessLock.acquire(path.join(dir, 'lock'), 'The run');
  expect(await listed()).toMatchObject([{ state: 'empty', activity: 'running' }]);
});
