import { describe, expect, it } from 'vitest';
import { type Config, defaultConfig } from './config.js';
import { mergeConfig } from './load-config.js';
import { resumeConfig, settingsOf } from './settings.js';

const configOf = (config: Config) => mergeConfig(defaultConfig, config);
const resume = (began: Config, today: Config) =>
  resumeConfig(settingsOf(configOf(began)), configOf(today), 'events.jsonl');
const provider = (baseUrl: string, apiKeyEnv?: string): Config => ({
  model: { provider: { id: 'p', baseUrl, ...(apiKeyEnv === undefined ? {} : { apiKeyEnv }) } },
});

it('goes on with what the run began with', () => {
  const began: Config = {
    codex: { driver: 'exec', path: '/opt/codex', model: 'a', idleTimeoutSeconds: 7 },
    model: { name: 'b', roles: 'codex' },
    tests: { required: false, commands: [['make', 'check']] },
    approvals: { timeoutSeconds: 9 },
  };
  // What was loosened for the run stays as strict as today's configuration.
  expect(resume(began, { codex: { driver: 'app-server', model: 'c' } })).toMatchObject({
    ...began,
    tests: { required: true, commands: [['make', 'check']] },
  });
  expect(resume(began, { tests: { required: false } })).toMatchObject(began);
});

it('is never looser than today', () => {
  const loose: Config = {
    codex: { sandbox: 'workspace-write', approvalPolicy: 'on-request' },
    tests: { sandbox: 'off', network: true, dependencies: 'link', lint: 'off' },
    assets: { offer: 'candidate' },
    approvals: { elevation: 'ask' },
  };
  const strict: Config = {
    codex: { sandbox: 'read-only', approvalPolicy: 'never' },
    tests: { sandbox: 'required', network: false, dependencies: 'none', lint: 'fail' },
    assets: { offer: 'none' },
    approvals: { elevation: 'deny' },
  };
  expect(resume(loose, strict)).toMatchObject(strict);
  expect(resume(strict, loose)).toMatchObject({ ...strict, codex: { sandbox: 'read-only', approvalPolicy: 'never' } });
});

it("takes signing and secrets from today's configuration alone", () => {
  const own: Config = { signing: { key: '/keys/mine' }, secrets: { token: { from: 'env', name: 'TOKEN' } as never } };
  expect(settingsOf(configOf(own))).not.toHaveProperty('signing');
  expect(settingsOf(configOf(own))).not.toHaveProperty('secrets');
  expect(resume({}, own)).toMatchObject(own);
});

it("takes the places of assets, whose code is run, from today's configuration alone", () => {
  const mine: Config = { assets: { indexes: ['/mine/index.json'] } };
  expect(JSON.stringify(settingsOf(configOf(mine)))).not.toContain('/mine');
  expect(resume({}, mine).assets).toEqual({ offer: 'proven', indexes: ['/mine/index.json'] });
  expect(resume(mine, {}).assets.indexes).toEqual([]);
});

it('leaves everything to today where a run remembers nothing', () => {
  const today = configOf({ codex: { model: 'a' } });
  expect(resumeConfig(undefined, today, 'events.jsonl')).toBe(today);
});

it('refuses what is no configuration', () => {
  expect(() => resumeConfig({ codex: { path: 1 } }, defaultConfig, 'events.jsonl')).toThrow(
    expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining('events.jsonl') as string }),
  );
});

describe('a provider', () => {
  const a = 'https://a.example/v1';
  const b = 'https://b.example/v1';

  it('that is still configured gets the key that is configured today', () => {
    expect(resume(provider(a, 'OLD_KEY'), provider(a, 'NEW_KEY')).model.provider?.apiKeyEnv).toBe('NEW_KEY');
  });

  it('that wants no key is kept, and gets none', () => {
    expect(resume(provider(a), provider(b, 'KEY')).model.provider).toEqual({ id: 'p', baseUrl: a });
    expect(resume(provider(a), {}).model.provider).toEqual({ id: 'p', baseUrl: a });
  });

  it.each([
    ['with a key is not used when today names another', provider(a, 'KEY'), provider(b, 'KEY')],
    ['with a key is not used when today names none', provider(a, 'KEY'), {}],
    ['that is the login is not used when today names a provider', {}, provider(b)],
  ])('%s', (_what, began, today) => {
    expect(() => resume(began, today)).toThrow(expect.objectContaining({ code: 'provider-changed' }));
  });
});
