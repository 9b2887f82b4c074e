import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readFile, readlink, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redactor, runCommand, Secret } from '@codex-orch/core';
import { parse } from 'smol-toml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppServerDriver, childEnvironment, type CodexHome, ExecDriver, prepareCodexHome } from '../src/index.js';
import { probeBinary } from './codex-binaries.js';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'home-')));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

const provider = {
  id: 'local',
  name: 'Local',
  baseUrl: 'http://127.0.0.1:9/v1',
  envKey: 'LOCAL_KEY',
  requestMaxRetries: 0,
  streamMaxRetries: 0,
  streamIdleTimeoutMs: 5000,
};

const modeOf = async (file: string) => (await stat(file)).mode & 0o777;

async function launchIn(home: CodexHome, from: Record<string, string | undefined> = process.env) {
  const probe = await probeBinary('current');
  return { binary: probe.binary, version: probe.version, home, env: childEnvironment({ home, from }) };
}

describe('a private Codex home', () => {
  it('can be read by its owner alone and holds nothing but the configuration', async () => {
    const dir = path.join(folder, 'home');
    await mkdir(dir, { mode: 0o755 });
    const home = await prepareCodexHome({ dir, projectRoot: folder, provider, auth: { kind: 'none' } });
    expect(home).toEqual({ dir, provider: { name: 'Local', envKey: 'LOCAL_KEY' }, keyVariables: ['LOCAL_KEY'] });
    expect([await modeOf(dir), await modeOf(path.join(dir, 'config.toml'))]).toEqual([0o700, 0o600]);
  });

  it('marks every project as untrusted, under its given and its real path, whatever else is configured', async () => {
    const real = path.join(folder, 'a "quoted" name');
    const link = path.join(folder, 'link');
    await mkdir(real);
    await symlink(real, link);
    const extra = {
      projects: { [real]: { trust_level: 'trusted' } },
      history: { max_bytes: 5 },
      model_reasoning_effort: 'low',
    };
    await prepareCodexHome({
      dir: path.join(folder, 'home'),
      projectRoot: [link, folder],
      auth: { kind: 'none' },
      extra,
    });
    const config = parse(await readFile(path.join(folder, 'home/config.toml'), 'utf8'));
    const untrusted = { trust_level: 'untrusted' };
    expect(config).toMatchObject({ history: { persistence: 'none', max_bytes: 5 }, model_reasoning_effort: 'low' });
    expect(config['projects']).toEqual({ [link]: untrusted, [real]: untrusted, [folder]: untrusted });
  });

  it.each(['current', 'withMcpServer'] as const)('has only keys that Codex knows (%s)', async (binary) => {
    const probe = await probeBinary(binary);
    const strictly = async (extra: Record<string, boolean>) => {
      const home = await prepareCodexHome({
        dir: path.join(folder, 'home'),
        projectRoot: folder,
        provider,
        auth: { kind: 'none' },
        model: 'gpt-5.5',
        extra,
      });
      const args = ['exec', '--strict-config', '--skip-git-repo-check', 'hello'];
      const { stderr } = await runCommand(probe.binary, args, {
        cwd: folder,
        env: childEnvironment({ home, from: process.env }),
      });
      return stderr.toString('utf8');
    };
    expect(await strictly({})).toContain('Missing environment variable: `LOCAL_KEY`');
    expect(await strictly({ no_such_key: true })).toContain('no_such_key');
  });

  it('borrows the user’s login through a link, and says so when there is none', async () => {
    const mine = path.join(folder, 'mine');
    await mkdir(mine);
    const options = {
      dir: path.join(folder, 'home'),
      projectRoot: folder,
      auth: { kind: 'codex-home', home: mine },
    } as const;
    await expect(prepareCodexHome(options)).rejects.toMatchObject({
      code: 'codex-home-failed',
      hint: 'Run "codex login" first.',
    });
    await writeFile(
      path.join(mine, 'auth.json'),
      JSON.stringify({ OPENAI_API_KEY: 'sk-test-0000', tokens: null, last_refresh: null }),
    );
    const home = await prepareCodexHome(options);
    expect(await readlink(path.join(home.dir, 'auth.json'))).toBe(path.join(mine, 'auth.json'));
    const launch = await launchIn(home);
    expect(await new ExecDriver(launch).auth()).toEqual({ state: 'logged-in', method: 'apikey' });
    const appServer = new AppServerDriver(launch);
    expect(await appServer.auth()).toMatchObject({ state: 'logged-in', method: 'apikey' });
    await appServer.close();
    expect((await lstat(path.join(home.dir, 'auth.json'))).isSymbolicLink()).toBe(true);

    await prepareCodexHome({ ...options, auth: { kind: 'none' } });
    expect(await new ExecDriver(launch).auth()).toMatchObject({ state: 'logged-out' });
    const loggedOut = new AppServerDriver(launch);
    expect(await loggedOut.auth()).toMatchObject({ state: 'logged-out' });
    await loggedOut.close();
    expect(await readFile(path.join(mine, 'auth.json'), 'utf8')).toContain('sk-test-0000');
  });

  it('knows whether a provider’s own key is set', async () => {
    const home = await prepareCodexHome({
      dir: path.join(folder, 'home'),
      projectRoot: folder,
      provider,
      auth: { kind: 'none' },
    });
    const missing = new AppServerDriver(await launchIn(home, { PATH: process.env['PATH'] }));
    expect(await missing.auth()).toMatchObject({
      state: 'logged-out',
      method: 'Local',
      detail: expect.stringContaining('LOCAL_KEY') as string,
    });
    const present = new AppServerDriver(await launchIn(home, { LOCAL_KEY: 'x' }));
    expect(await present.auth()).toEqual({ state: 'logged-in', method: 'Local' });
  });

  it('loses what a Codex that was killed left of a secret, unless one still works in it', async () => {
    const redactor = new Redactor();
    redactor.add(new Secret('KEY', 'a-key-that-a-thread-repeated'));
    const options = { dir: path.join(folder, 'home'), projectRoot: folder, auth: { kind: 'none' }, redactor } as const;
    const { dir } = await prepareCodexHome(options);
    const rollout = path.join(dir, 'sessions/rollout.jsonl');
    await writeFile(rollout, 'KEY=a-key-that-a-thread-repeated\n');

    const server = createServer().listen(path.join(dir, 'socket'));
    await once(server, 'listening');
    await prepareCodexHome(options);
    expect(await readFile(rollout, 'utf8')).toContain('a-key-that-a-thread-repeated');
    server.close();
    await once(server, 'close');

    await prepareCodexHome(options);
    expect(await readFile(rollout, 'utf8')).toBe(`KEY=${'*'.repeat(28)}\n`);
  });

  it('refuses a provider id that would need quotes', async () => {
    const wrong = { ...provider, id: 'My Provider' };
    const preparing = prepareCodexHome({
      dir: path.join(folder, 'home'),
      projectRoot: folder,
      provider: wrong,
      auth: { kind: 'none' },
    });
    await expect(preparing).rejects.toMatchObject({ code: 'codex-home-failed' });
  });
});
