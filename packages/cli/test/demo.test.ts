import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesOf } from './every-case.js';
import { codexPaths } from './world.js';

const bin = fileURLToPath(new URL('../bin/codex-orch.js', import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-demo-test-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: folder,
  TMPDIR: folder,
  CODEX_ORCH_HOME: path.join(folder, 'state'),
});

/** Runs the built command as a user does. */
function codexOrch(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

const drivers = [
  ['app-server', '0.169.0'],
  ['exec', '0.169.0'],
  ['mcp-server', '0.151.0'],
] as const;

// loopback.test.ts has the demo run through each of them.
describe.each(casesOf('demos through a driver', drivers, ([driver]) => driver === 'app-server'))(
  'the demo through %s of Codex %s',
  (driver, version) => {
    it('says that the model is a replay, shows a reviewed diff, and its next commands work', () => {
      const demo = codexOrch('demo', '--driver', driver, '--codex', codexPaths[version]);
      expect(demo.code, demo.err).toBe(0);
      console.info(`served by Codex ${version} through ${driver}`);
      expect(demo.err).toContain(`Codex ${version} through ${driver}`);
      expect(demo.err).toMatch(/a replay.*in place of a model/);
      expect(demo.err).toMatch(/With a real model: .*codex-orch\S* doctor.*codex-orch\S* run/);
      expect(demo.err).toMatch(/npm test failed[\s\S]*npm test passed/);
      expect(demo.out).toMatch(/^rename to src\/format\.js$/m);
      expect(demo.out).toContain('Review   approve:');
      expect(demo.out).toMatch(/Diff {5}\/.*diff\.patch/);

      const [, run = '', repo = ''] = /approve (\S+) --repo (\S+)/.exec(demo.out) ?? [];
      expect(codexOrch('apply', run, '--repo', repo).code).toBe(1);
      expect(codexOrch('approve', run, '--repo', repo).code).toBe(0);
      expect(codexOrch('apply', run, '--repo', repo).code).toBe(0);
      const tests = spawnSync('npm', ['test'], { cwd: repo, encoding: 'utf8' });
      expect(tests.status, tests.stdout).toBe(0);
    });
  },
);

it('goes on after a kill -9 with the model that it served before', async () => {
  const child = spawn(process.execPath, [bin, 'demo', '--codex', codexPaths['0.169.0']], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  for await (const chunk of child.stderr.setEncoding('utf8') as AsyncIterable<string>) {
    said += chunk;
    if (/✓ \S*planner/.test(said)) break;
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [, sample = ''] = /^Sample +(\S+)/m.exec(said) ?? [];
  expect(JSON.parse(codexOrch('runs', 'list', '--json', '--repo', sample).out)).toMatchObject([
    { taskId: 'demo', activity: 'stopped' },
  ]);

  const resumed = codexOrch('demo', '--resume', sample);

  expect(resumed.code, resumed.err).toBe(0);
  expect(resumed.err).toContain('a replay');
  expect(resumed.out).toContain('State    awaiting-approval');
  const [, run = ''] = /approve (\S+)/.exec(resumed.out) ?? [];
  expect(codexOrch('approve', run, '--repo', sample).code).toBe(0);
});

it('says that a folder holds no demo to go on with', () => {
  const sample = path.join(folder, 'no demo');
  for (const args of [
    ['init', '--quiet', sample],
    ['-C', sample, '-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '--quiet', '--allow-empty', '-m', 'start'],
  ])
    expect(spawnSync('git', args, { env: environment() }).status).toBe(0);
  const said = codexOrch('demo', '--resume', sample, '--json');
  expect(said.code).toBe(1);
  expect(JSON.parse(said.out)).toMatchObject({ error: { code: 'no-demo' } });
});

it('rehearses with --dry-run and starts nothing', () => {
  const said = codexOrch('demo', '--dry-run', '--json', '--driver', 'mcp-server', '--codex', codexPaths['0.151.0']);
  expect(JSON.parse(said.out)).toMatchObject({ codex: { version: '0.151.0' }, mode: { used: 'mcp-server' } });
  const impossible = codexOrch(
    'demo',
    '--dry-run',
    '--json',
    '--driver',
    'mcp-server',
    '--codex',
    codexPaths['0.169.0'],
  );
  expect(impossible.code).toBe(1);
  expect(JSON.parse(impossible.out)).toMatchObject({ error: { code: 'driver-unavailable' } });
});

it('prints its version, and refuses what it does not know with exit code 2', () => {
  expect(codexOrch('--version').out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(codexOrch('telepathy').code).toBe(2);
});
