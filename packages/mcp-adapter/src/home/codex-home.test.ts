import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { guardedBy } from '@codex-orch/core';
import { parse } from 'smol-toml';
import { expect, it, onTestFinished } from 'vitest';
import { providerAuth } from '../binary/launch.js';
import { credentialPaths } from '../sandbox/credential-paths.js';
import { prepareCodexHome } from './codex-home.js';

async function folder(): Promise<string> {
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'codex-home-')));
  onTestFinished(() => rm(root, { recursive: true }));
  return root;
}

it('starts and sends nothing that nobody asked for, and hands commands little of the environment', async () => {
  const root = await folder();
  const home = await prepareCodexHome({ dir: path.join(root, 'home'), projectRoot: root, auth: { kind: 'none' } });
  expect(parse(await readFile(path.join(home.dir, 'config.toml'), 'utf8'))).toMatchObject({
    analytics: { enabled: false },
    feedback: { enabled: false },
    otel: { exporter: 'none', log_user_prompt: false },
    features: { apps: false, hooks: false, plugins: false, skill_mcp_dependency_install: false, shell_snapshot: false },
    allow_login_shell: false,
    sandbox_workspace_write: { network_access: false, exclude_slash_tmp: true, exclude_tmpdir_env_var: true },
    // By the last, what is left of commands is found when this process is killed.
    shell_environment_policy: { inherit: 'core', ignore_default_excludes: false, set: guardedBy },
  });
});

it('hides no folder that the work is in', async () => {
  const root = await folder();
  const work = path.join(root, '.docker', 'work');
  await mkdir(work, { recursive: true });
  await writeFile(path.join(root, '.npmrc'), '');
  const options = { userHome: root, codexHome: path.join(root, 'codex'), hidden: [] };
  expect(await credentialPaths({ ...options, needed: [] })).toEqual([
    path.join(root, '.docker'),
    path.join(root, '.npmrc'),
  ]);
  expect(await credentialPaths({ ...options, needed: [work] })).toEqual([path.join(root, '.npmrc')]);
});

it('takes an empty key for none', () => {
  const home = { dir: '/home', keyVariables: ['KEY'], provider: { name: 'Mine', envKey: 'KEY' } };
  const auth = (env: Readonly<Record<string, string>>) => providerAuth({ binary: '/codex', version: '0', home, env });
  expect(auth({ KEY: 'value' })).toMatchObject({ state: 'logged-in' });
  for (const env of [{ KEY: '' }, {}]) expect(auth(env)).toMatchObject({ state: 'logged-out' });
});
