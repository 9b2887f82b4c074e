import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from './config.js';
import { loadConfig } from './load-config.js';

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
  it('can tighten', async () => {
    await say('codex-orch.config.json', {
      codex: { sandbox: 'read-only' },
      limits: { tokens: 5 },
      approvals: { elevation: 'deny' },
      tests: { commands: [['make', 'check']] },
    });
    const config = await loadConfig({ repositoryRoot, env });
    expect(config).toMatchObject({
      codex: { sandbox: 'read-only' },
      limits: { tokens: 5 },
      approvals: { elevation: 'deny' },
      tests: { commands: [['make', 'check']] },
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
      tests: { commands: [['false']], required: false },
    });
    expect(await loadConfig({ repositoryRoot, env })).toMatchObject({
      codex: { sandbox: 'read-only', approvalPolicy: 'untrusted' },
      limits: { tokens: 5 },
      approvals: { elevation: 'deny' },
      tests: { commands: [['true']], required: true },
    });
  });

  it.each([
    ['codex.path', { codex: { path: '/evil' } }],
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
  await writeFile(path.join(repositoryRoot, 'codex-orch.config.json'), '{"limits": {"tokens": "many"}, "colour": 1}');
  await expect(loadConfig({ repositoryRoot, env })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringMatching(/limits\.tokens[\s\S]*colour|colour[\s\S]*limits\.tokens/) as string,
  });
  await writeFile(path.join(repositoryRoot, 'codex-orch.config.json'), '{');
  await expect(loadConfig({ repositoryRoot, env })).rejects.toMatchObject({ code: 'config-invalid' });
});
