import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const exec = promisify(execFile);
const ours = fileURLToPath(new URL('../../../', import.meta.url));
const installed = path.join(ours, 'node_modules');

let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'nx-workspace-'));
  await Promise.all([
    json('package.json', { name: 'shop', private: true, workspaces: ['packages/*'] }),
    json('packages/cart/package.json', { name: 'cart', version: '1.0.0' }),
    json('nx.json', { plugins: ['@codex-orch/nx'], neverConnectToCloud: true, analytics: false }),
    json('tasks/index.json', { schemaVersion: 1, items: [], specs: [] }),
    json('tasks/guard.json', {
      schemaVersion: 1,
      triggers: [{ id: 'cart', reason: 'Money moves here.', severity: 'error', paths: ['packages/cart/**'] }],
    }),
    write('.gitignore', 'node_modules\n.nx\n'),
  ]);
  await mkdir(path.join(root, 'node_modules/.bin'), { recursive: true });
  for (const name of ['nx', '@nx', '@codex-orch', '.bin/nx', '.bin/codex-orch']) {
    await symlink(path.join(installed, name), path.join(root, 'node_modules', name));
  }
  await git('init', '--quiet', '--initial-branch=main');
  await commit('Begin');
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('nx affected runs the spec guard for a change of any project, and fails with its findings', async () => {
  const before = await nx('affected', '-t', 'spec-guard');
  expect(before.output).toContain('No tasks were run');

  await git('checkout', '--quiet', '-b', 'change');
  await write('packages/cart/total.js', 'export const total = 1;\n');
  await commit('Add up');

  const { code, output } = await nx('affected', '-t', 'spec-guard');
  expect(output).toContain('Base main (from NX_BASE)');
  expect(output).toContain('nx run specs:spec-guard');
  expect(output).toMatch(/SG001\b/);
  expect(output).toContain('Money moves here.');
  expect(code).not.toBe(0);
});

function json(file: string, data: unknown): Promise<void> {
  return write(file, `${JSON.stringify(data, null, 2)}\n`);
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
}

async function commit(message: string): Promise<void> {
  await git('add', '--all');
  await git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', message);
}

function git(...args: string[]) {
  return exec('git', args, { cwd: root, env: environment() });
}

async function nx(...args: string[]): Promise<{ code: number; output: string }> {
  const command = path.join(installed, '.bin/nx');
  return exec(command, args, { cwd: root, env: environment() }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    },
  );
}

/** Of the tests' own environment only what programs need: Nx hands its own variables to what it starts. */
function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: root,
    GIT_CONFIG_NOSYSTEM: '1',
    NX_BASE: 'main',
    NX_HEAD: 'HEAD',
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_CACHE_DIRECTORY: path.join(root, '.nx/cache'),
    NX_WORKSPACE_DATA_DIRECTORY: path.join(root, '.nx/workspace-data'),
  };
}
