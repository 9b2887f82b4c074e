import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { userConfigPath, userHome } from './user-places.js';

const { homedir } = os.userInfo();

it.each([
  ['an absolute home', { HOME: '/home/ada' }, '/home/ada/.config/codex-orch/config.json'],
  ['an empty home', { HOME: '' }, path.join(homedir, '.config/codex-orch/config.json')],
  ['a relative home', { HOME: 'home' }, path.join(homedir, '.config/codex-orch/config.json')],
  ['an empty XDG_CONFIG_HOME', { HOME: '/h', XDG_CONFIG_HOME: '' }, '/h/.config/codex-orch/config.json'],
  ['a relative XDG_CONFIG_HOME', { HOME: '/h', XDG_CONFIG_HOME: '.' }, '/h/.config/codex-orch/config.json'],
  ['an absolute XDG_CONFIG_HOME', { HOME: '/h', XDG_CONFIG_HOME: '/x' }, '/x/codex-orch/config.json'],
  ['an empty CODEX_ORCH_CONFIG', { HOME: '/h', CODEX_ORCH_CONFIG: '' }, '/h/.config/codex-orch/config.json'],
  ['an absolute CODEX_ORCH_CONFIG', { HOME: '/h', CODEX_ORCH_CONFIG: '/c.json' }, '/c.json'],
])('finds the configuration of a user with %s outside of the working folder', (_what, env, file) => {
  expect(userConfigPath(env)).toBe(file);
  expect(path.isAbsolute(userHome(env))).toBe(true);
});

it('refuses a relative place that was meant for it', () => {
  expect(() => userConfigPath({ HOME: '/h', CODEX_ORCH_CONFIG: 'config.json' })).toThrow(
    expect.objectContaining({
      code: 'bad-environment',
      message: expect.stringContaining('CODEX_ORCH_CONFIG') as string,
    }),
  );
});
