import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from './config.js';
import { UnsafeUrlError } from './errors.js';
import { findOverruled, loadConfig } from './load-config.js';

let repositoryRoot: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  repositoryRoot = await mkdtemp(path.join(os.tmpdir(), 'load-config-'));
  env = { CODEX_ORCH_CONFIG: path.join(repositoryRoot, 'user.json') };
});

afterEach(async () => {
  await rm(repositoryRoot, { recursive: true, force: true });
});

const say = (file: string, config: Config): Promise<void> =>
  writeFile(path.join(repositoryRoot, file), JSON.stringify(config));

it('uses defaults where nobody says otherwise', async () => {
  expect(await loadConfig({ repositoryRoot, env })).toMatchObject({
    codex: { driver: 'auto' },
    tests: { required: true },
  });
});

it('puts the command line before the user file, and ignores unset flags', async () => {
  await say('user.json', { codex: { driver: 'exec', model: 'a' } });
  const config = await loadConfig({
    repositoryRoot,
    env,
    flags: { codex: { driver: 'mcp-server', model: undefined } },
  });
  expect(config.codex).toMatchObject({ driver: 'mcp-server', model: 'a' });
});

describe('a repository', () => {
  it('is told what of its settings holds otherwise', async () => {
    await say('user.json', { tests: { commands: [['make', 'mine']] }, approvals: { elevation: 'deny' } });
    await say('codex-orch.config.json', {
      limits: { tokens: 3_000_000, turns: 5 },
      tests: { commands: [['make', 'check']], required: true },
      approvals: { elevation: 'ask' },
    });
    const flags: Config = { limits: { turns: 3 } };
    expect(await findOverruled({ repositoryRoot, env, flags })).toEqual([
      { name: 'tests.commands', stated: [['make', 'check']], holds: [['make', 'mine']] },
      { name: 'limits.tokens', stated: 3_000_000, holds: 2_000_000 },
      { name: 'limits.turns', stated: 5, holds: 3 },
      { name: 'approvals.elevation', stated: 'ask', holds: 'deny' },
    ]);
    await say('codex-orch.config.json', { limits: { turns: 3 }, cloudSync: { enabled: false } });
    expect(await findOverruled({ repositoryRoot, env, flags })).toEqual([]);
  });

  it('can tighten', async () => {
    await say('codex-orch.config.json', {
      codex: { sandbox: 'read-only' },
      limits: { tokens: 5 },
      approvals: { elevation: 'deny' },
      tests: { commands: [['make', 'check']], lint: 'fail' },
      assets: { offer: 'none' },
    });
    const config = await loadConfig({ repositoryRoot, env });
    expect(config).toMatchObject({
      codex: { sandbox: 'read-only' },
      limits: { tokens: 5 },
      approvals: { elevation: 'deny' },
      tests: { commands: [['make', 'check']], lint: 'fail' },
      assets: { offer: 'none', indexes: [] },
    });
  });

  it('cannot loosen', async () => {
    await say('user.json', {
      codex: { sandbox: 'read-only', approvalPolicy: 'untrusted' },
      limits: { tokens: 5 },
      approvals: { elevation: 'deny' },
      tests: { commands: [['true']] },
    });
    await say('codex-orch.config.json', {
      codex: { sandbox: 'workspace-write', approvalPolicy: 'never' },
      limits: { tokens: 500 },
      approvals: { elevation: 'ask' },
      tests: { commands: [['false']], required: false, lint: 'off' },
      assets: { offer: 'candidate' },
    });
    expect(await loadConfig({ repositoryRoot, env })).toMatchObject({
      codex: { sandbox: 'read-only', approvalPolicy: 'untrusted' },
      limits: { tokens: 5 },
      approvals: { elevation: 'deny' },
      tests: { commands: [['true']], required: true, lint: 'report' },
      assets: { offer: 'proven' },
    });
  });

  it.each([
    ['tests.sandbox', { tests: { sandbox: 'off' } }],
    ['tests.network', { tests: { network: true } }],
    ['assets.indexes', { assets: { indexes: [] as string[] } }],
    ['codex.path', { codex: { path: '/evil' } }],
    ['secrets.KEY', { secrets: { KEY: { from: 'env', variable: 'HOME' } } }],
    ['model.provider', { model: { provider: { id: 'evil', baseUrl: 'http://127.0.0.1:1/v1' } } }],
  ] as const)('may not set %s at all', async (setting, config) => {
    await say('codex-orch.config.json', config);
    await expect(loadConfig({ repositoryRoot, env })).rejects.toMatchObject({
      code: 'config-not-allowed',
      message: expect.stringContaining(setting) as string,
    });
  });
});

it('says where a broken file is broken', async () => {
  const file = path.join(repositoryRoot, 'codex-orch.config.json');
  const told = async (text: string) => {
    await writeFile(file, text);
    const { message } = await loadConfig({ repositoryRoot, env }).then(
      () => new Error('it was taken'),
      (error: unknown) => error as Error,
    );
    return message.replaceAll(file, 'FILE');
  };
  expect(
    await told('{"limits": {"tokens": "many"},\n "colour": 1, "codex": {"sandbox": "read-onyl", "driver": null}}'),
  ).toBe(
    [
      'FILE is not a valid configuration.',
      'FILE:1:23: "limits.tokens": must be a number, but is text',
      'FILE:2:2: there is no field "colour". There are: codex, model, tests, assets, limits, secrets, approvals, cloud, cloudSync, signing',
      'FILE:2:36: "codex.sandbox": must be "read-only" or "workspace-write"; did you mean "read-only"?',
      'FILE:2:59: "codex.driver": must be "auto", "app-server", "mcp-server" or "exec"',
    ].join('\n'),
  );
  expect(await told('{"limits": {"minutes": 5}\n')).toBe(
    'FILE is not a valid configuration.\nFILE:2:1: it is no JSON: the "{" of line 1 is not closed',
  );
});

it('takes no settings from a repository where it has no say', async () => {
  await writeFile(path.join(repositoryRoot, 'codex-orch.config.json'), '{');
  expect(await loadConfig({ repositoryRoot: null, env })).toMatchObject({ codex: { driver: 'auto' } });
});

describe("a repository's file that is no plain file of a sensible size", () => {
  it.each([
    ['a link to an endless device', (file: string) => symlink('/dev/zero', file), /symbolic link/],
    ['a link to a file', (file: string) => symlink('user.json', file), /symbolic link/],
    ['larger than 1 MiB', (file: string) => writeFile(file, ' '.repeat(1024 * 1024 + 1)), /1048577 bytes/],
  ] as const)('because it is %s is refused', async (_what, make, message) => {
    await say('user.json', {});
    await make(path.join(repositoryRoot, 'codex-orch.config.json'));
    await expect(loadConfig({ repositoryRoot, env })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(message) as string,
    });
  });

  it('because it is a pipe is refused without waiting for a writer', async () => {
    execFileSync('mkfifo', [path.join(repositoryRoot, 'codex-orch.config.json')]);
    await expect(loadConfig({ repositoryRoot, env })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('not a regular file') as string,
    });
  });
});

it("follows a link at the place of the user's own file", async () => {
  await say('real.json', { codex: { model: 'linked' } });
  await symlink('real.json', path.join(repositoryRoot, 'user.json'));
  expect((await loadConfig({ repositoryRoot, env })).codex.model).toBe('linked');
});

it('lets no repository ask for elevations where its user has none', async () => {
  await say('user.json', { codex: { approvalPolicy: 'never' } });
  for (const approvalPolicy of ['untrusted', 'on-request'] as const) {
    await say('codex-orch.config.json', { codex: { approvalPolicy } });
    expect((await loadConfig({ repositoryRoot, env })).codex.approvalPolicy).toBe('never');
  }
});

it.each([
  ['https://user@example.org/v1', /user name/],
  ['https://user:hunter2@example.org/v1', /a password/],
  ['http://user:hunter2@127.0.0.1/v1', /a password/],
  ['https://example.org/v1?key=hunter2', /a query/],
  ['https://example.org/v1#hunter2', /a fragment/],
  ['http://example.org/v1', /in the clear/],
  ['http://192.168.1.5:11434/v1', /in the clear/],
  ['http://0.0.0.0:8080/v1', /in the clear/],
  ['http://[::ffff:10.0.0.1]/v1', /in the clear/],
  ['http://127.0.0.1.example.org/v1', /in the clear/],
  ['http://localhost.example.org/v1', /in the clear/],
  ['HTTP://EXAMPLE.ORG/v1', /in the clear/],
  ['ftp://example.org/v1', /begin with https/],
  ['ws://127.0.0.1/v1', /begin with https/],
  ['file:///etc/passwd', /begin with https/],
  ['javascript:alert(1)', /begin with https/],
])('refuses a provider at %s, says where and why, and does not repeat what is secret in it', async (baseUrl, why) => {
  await say('user.json', { model: { provider: { id: 'p', baseUrl } } });
  const refused = await loadConfig({ repositoryRoot, env }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UnsafeUrlError);
  expect(refused).toMatchObject({
    code: 'unsafe-url',
    message: expect.stringMatching(why) as string,
    hint: expect.stringContaining('https') as string,
  });
  const { message } = refused as Error;
  expect(message).toContain(path.join(repositoryRoot, 'user.json'));
  expect(message).toContain('model.provider.baseUrl');
  expect(message).not.toContain('hunter2');
});

it.each([
  'https://example.org/v1',
  'http://localhost:8080/v1',
  'http://127.0.0.1/v1',
  'http://127.1:8080/v1',
  'http://[::1]:8080/v1',
])('takes a provider at %s', async (baseUrl) => {
  await say('user.json', { model: { provider: { id: 'p', baseUrl } } });
  expect((await loadConfig({ repositoryRoot, env })).model.provider?.baseUrl).toBe(baseUrl);
});

it('refuses a Vault to which its token would be sent in the clear', async () => {
  const source = { from: 'vault', addr: 'http://vault.example.org:8200', path: 'x', token: { secret: 'T' } } as const;
  await say('user.json', { secrets: { KEY: source } });
  await expect(loadConfig({ repositoryRoot, env })).rejects.toMatchObject({
    code: 'unsafe-url',
    message: expect.stringContaining('secrets.KEY.addr') as string,
  });
});

describe('sending summaries of runs', () => {
  const user: Config = { cloudSync: { enabled: true, url: 'https://sink.example.org/runs' } };

  it('is off until the user says where to', async () => {
    expect((await loadConfig({ repositoryRoot, env })).cloudSync.enabled).toBe(false);
    await say('user.json', user);
    expect((await loadConfig({ repositoryRoot, env })).cloudSync).toMatchObject(user.cloudSync ?? {});
  });

  it('can be forbidden by a repository, and begun by none', async () => {
    await say('user.json', user);
    await say('codex-orch.config.json', { cloudSync: { enabled: false } });
    expect((await loadConfig({ repositoryRoot, env })).cloudSync.enabled).toBe(false);
    await say('codex-orch.config.json', { cloudSync: { url: 'https://evil.example.org', enabled: true } });
    await expect(loadConfig({ repositoryRoot, env })).rejects.toThrow(/cloudSync\.enabled, cloudSync\.url/);
  });

  it('goes nowhere in the clear, and not to two places', async () => {
    await say('user.json', { cloudSync: { url: 'http://sink.example.org/' } });
    await expect(loadConfig({ repositoryRoot, env })).rejects.toThrow(UnsafeUrlError);
    await say('user.json', { cloudSync: { url: 'https://sink.example.org/', folder: '/srv/runs' } });
    await expect(loadConfig({ repositoryRoot, env })).rejects.toThrow(/one of url and folder/);
    await say('user.json', { cloudSync: { enabled: true } });
    await expect(loadConfig({ repositoryRoot, env })).rejects.toThrow(/needs a url or a folder/);
  });
});

it('keeps environments of Codex Cloud out of the hands of repositories', async () => {
  await say('codex-orch.config.json', { cloud: { environments: [{ id: 'env_1', repository: 'acme/shop' }] } });
  await expect(loadConfig({ repositoryRoot, env })).rejects.toThrow(/cloud\.environments/);
});
