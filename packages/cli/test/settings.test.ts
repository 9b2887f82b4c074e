import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builder, codexPaths, oneChange, planner, reviewer, say, type Said, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const errorOf = (said: Said): { code: string; message: string } =>
  (said.json() as { error: { code: string; message: string } }).error;

describe('flags that cannot be', () => {
  it.each([
    ['--max-tokens', '0'],
    ['--max-turns', '1.5'],
    ['--max-minutes', '-1'],
    ['--max-revisions', '-1'],
    ['--idle-timeout', '0'],
    ['--elevation-timeout', '1e9'],
    ['--base-url', 'nonsense'],
    ['--base-url', 'https://user:hunter2@example.org/v1'],
    ['--base-url', 'https://example.org/v1?key=hunter2'],
  ])('such as %s %j are refused before anything is made', async (flag, value) => {
    await world.model([]);
    const said = await world.run('run', 'do it', '--json', `${flag}=${value}`);
    expect(said.code, said.out).toBe(2);
    expect(errorOf(said)).toMatchObject({ code: 'bad-flags', message: expect.stringContaining(flag) as string });
    expect(said.out).not.toContain('hunter2');
    await expect(access(path.join(world.repo, '.runs'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([[['frobnicate']], [['run', 'x', '--no-such-flag']], [['approve']], [['run', 'x', '--max-tokens', 'many']]])(
    'such as %j are an error for programs, too',
    async (words) => {
      const said = await world.run(...words, '--json');
      expect(said.code).toBe(2);
      expect(errorOf(said)).toMatchObject({ code: 'usage', message: expect.stringMatching(/\S/) as string });
    },
  );
});

describe('a run that is interrupted', () => {
  const slow = [planner(), builder(1, { delayMs: 3000 }, { applyPatch: oneChange }, say), reviewer()];

  async function interrupt(...flags: string[]): Promise<Said> {
    const call = world.start('run', 'do it', ...flags);
    await call.until(/planner/);
    call.signal('SIGINT');
    return call.said;
  }

  it('says so to programs, and how to go on', async () => {
    await world.model(slow);
    const said = await interrupt('--json');
    expect(said.code).toBe(130);
    expect(said.json()).toMatchObject({
      error: { code: 'interrupted', hint: expect.stringContaining('resume') as string },
    });
  });

  it('goes on with the flags that it was started with', async () => {
    const { baseUrl } = await world.model(slow);
    await world.configure({
      codex: { path: '/nowhere/codex', model: 'gpt-5.5' },
      model: { name: 'gpt-5.5', roles: 'api' },
    });
    const said = await interrupt('--base-url', baseUrl, '--codex', codexPaths['0.169.0'], '--elevation', 'deny');
    expect(said.code, said.err).toBe(130);
    const resumed = await world.run('resume');
    expect(resumed.code, resumed.err).toBe(3);
  });

  it('sends no key to a provider that only its directory names', async () => {
    const { baseUrl } = await world.model(slow);
    world.env['MY_KEY'] = 'sk-not-a-real-key';
    const config = JSON.parse(await readFile(world.env['CODEX_ORCH_CONFIG'] ?? '', 'utf8')) as object;
    const keyed = (url: string) => ({
      ...config,
      model: { provider: { id: 'p', baseUrl: url, apiKeyEnv: 'MY_KEY' }, roles: 'api' as const, name: 'gpt-5.5' },
    });
    await world.configure(keyed(baseUrl));
    const said = await interrupt();
    expect(said.code, said.err).toBe(130);
    await world.configure(keyed('http://127.0.0.1:9/v1'));
    expect(errorOf(await world.run('resume', '--json'))).toMatchObject({ code: 'provider-changed' });
    await world.configure(keyed(baseUrl));
    expect((await world.run('resume')).code).toBe(3);
  });

  it('by a terminal that is closed leaves no process, even when that is said twice', async () => {
    await world.model([planner(), builder(1, { shell: 'sleep 62' }, say)]);
    const call = world.start('run', 'do it');
    await call.until(/\$ .*sleep 62/);
    call.signal('SIGHUP');
    call.signal('SIGHUP');
    expect((await call.said).code).toBe(130);
    expect(await world.processes('sleep 62')).toEqual([]);
  });
});
