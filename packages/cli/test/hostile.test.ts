import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { appendFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { applyDiff, openRepository, sha256 } from '@codex-orch/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canary, fileTraps, gitTraps, secrets, setTraps, sprung, startListener } from './hostile-repository.js';
import { builder, codexPaths, manyChanges, planner, reviewer, say, World } from './world.js';

const bin = fileURLToPath(new URL('../bin/codex-orch.js', import.meta.url));

type Listener = Awaited<ReturnType<typeof startListener>>;

/** All files below a folder that hold one of the user's secrets. */
function leaks(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const text = readFileSync(file, 'latin1');
      return Object.values(secrets).some((secret) => text.includes(secret));
    });
}

/** A user's own Codex home, with the trust that it holds. */
function giveCodexHome(world: World): () => Record<string, string> {
  const home = path.join(world.root, 'home/.codex');
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, 'config.toml'), 'model = "mine"\n');
  return () => Object.fromEntries(readdirSync(home).map((name) => [name, readFileSync(path.join(home, name), 'utf8')]));
}

describe('a repository full of traps, from the goal to the applied diff', () => {
  let world: World;
  let listener: Listener;
  let codexHome: () => Record<string, string>;

  const inTmp = (): string => `/tmp/canary-of-${path.basename(world.root)}`;

  /** The built command, as the environment of its process is part of what is attacked. */
  async function codexOrch(code: number, ...args: string[]): Promise<void> {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: world.repo,
      env: world.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(child, 'close');
    expect(child.exitCode, said).toBe(code);
  }

  beforeAll(async () => {
    world = await World.make();
    listener = await startListener();
    codexHome = giveCodexHome(world);
    await setTraps(world, listener.url);
    const look = `env > environment.log; git status; git diff; git log -1; touch '${canary(world, 'builder')}' ${inTmp()}`;
    await world.model([planner(), builder(1, { shell: look }, { applyPatch: manyChanges }, say), reviewer()], {
      approvals: { elevation: 'deny' },
    });
    await codexOrch(3, 'run', 'sum any number of numbers');
    await codexOrch(0, 'approve', 'latest');
    await codexOrch(0, 'apply', 'latest');
  });

  afterAll(async () => {
    listener.close();
    await world[Symbol.asyncDispose]();
  });

  it.each([...fileTraps, ...gitTraps])('%s was not run', (trap) => {
    expect(sprung(world, trap)).toBe(false);
  });

  it('was worked on all the same', async () => {
    expect(await world.read('src/sum.js')).toContain('numbers.reduce');
  });

  it('reached nobody: neither its provider, nor its registry, nor what its .env names', () => {
    expect(listener.calls).toEqual([]);
  });

  it('had a builder that wrote neither beside its work tree nor to /tmp', () => {
    expect(sprung(world, 'builder')).toBe(false);
    expect(existsSync(inTmp())).toBe(false);
  });

  it('got no trust in the Codex home of the user', () => {
    expect(codexHome()).toEqual({ 'config.toml': 'model = "mine"\n' });
  });

  it('got no credential: none is in what the run left, among it the environment of the builder', async () => {
    const manifest = await world.manifest();
    expect(manifest.diff?.files.map(({ path: file }) => file)).toContain('environment.log');
    expect(await world.read('environment.log')).toContain('PATH=');
    expect([...leaks(path.join(world.repo, '.runs')), ...leaks(path.join(world.root, 'state'))]).toEqual([]);
    expect(leaks(world.repo)).toEqual([]);
  });

  it('had its names taken for names, not for options', async () => {
    expect(await world.read('--output=x')).toBe('an option?\n');
    expect(await world.read('-rf')).toBe('another\n');
    expect(existsSync(path.join(world.repo, 'x'))).toBe(false);
  });

  // Only now, as this springs what must not be sprung before.
  it.each([
    ['fsmonitor', ['status']],
    ['clean', ['add', '--renormalize', 'filtered.txt']],
    ['smudge', ['checkout', '-f', 'HEAD~1', '--', 'filtered.txt']],
    ['gpg', ['commit', '--allow-empty', '--message=x']],
    ['ssh', ['fetch', 'origin']],
    ['submodule', ['submodule', 'update']],
    ['hooks-folder', ['update-ref', 'refs/heads/other', 'HEAD']],
    ['hooks-path', ['-c', 'core.hooksPath=../evil-hooks', 'update-ref', 'refs/heads/more', 'HEAD']],
  ] as const)('is live: plain git runs %s', (trap, args) => {
    const env = { ...world.env, PATH: process.env['PATH'] };
    writeFileSync(path.join(world.repo, 'filtered.txt'), 'changed\n');
    const { stderr } = spawnSync('git', args, { cwd: world.repo, env, encoding: 'utf8', timeout: 30_000 });
    expect(sprung(world, trap), stderr).toBe(true);
  });

  it('is live: npm runs what .npmrc names, and node loads the configurations', () => {
    const env = { ...world.env, PATH: process.env['PATH'] };
    spawnSync('npm', ['test'], { cwd: world.repo, env, timeout: 30_000 });
    spawnSync(process.execPath, ['eslint.config.js'], { cwd: world.repo, env });
    for (const trap of ['npmrc-script-shell', 'npmrc-node-options', 'eslint-config'])
      expect(sprung(world, trap), trap).toBe(true);
  });

  it('is live: Codex that trusts it runs its MCP server', async () => {
    const home = path.join(world.root, 'trusting');
    mkdirSync(home);
    writeFileSync(
      path.join(home, 'config.toml'),
      `[projects.${JSON.stringify(world.repo)}]\ntrust_level = "trusted"\n`,
    );
    const model = `{name="x",base_url="${listener.url}",wire_api="responses",request_max_retries=0,stream_max_retries=0}`;
    const codex = spawn(
      codexPaths['0.151.0'],
      ['exec', '--sandbox', 'workspace-write', '-c', 'model_provider="x"', '-c', `model_providers.x=${model}`, 'hello'],
      { cwd: world.repo, env: { ...world.env, PATH: process.env['PATH'], CODEX_HOME: home }, stdio: 'ignore' },
    );
    const ended = once(codex, 'exit');
    while (!sprung(world, 'codex-mcp-server') && codex.exitCode === null) await delay(20);
    codex.kill('SIGKILL');
    await ended;
    expect(sprung(world, 'codex-mcp-server')).toBe(true);
  });
});

describe('a way out of the work tree', () => {
  let world: World;
  let outside: string;

  beforeAll(async () => {
    world = await World.make();
    outside = path.join(world.root, 'outside');
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'file'), 'mine\n');
  });

  afterAll(() => world[Symbol.asyncDispose]());

  const untouched = (): void => {
    expect(readdirSync(outside)).toEqual(['file']);
    expect(readFileSync(path.join(outside, 'file'), 'utf8')).toBe('mine\n');
  };

  const patch = (file: string): string => `*** Begin Patch\n*** Add File: ${file}\n+escaped\n*** End Patch`;

  it('is not what a link of the repository is, for the shell and for patches', async () => {
    symlinkSync(outside, path.join(world.repo, 'folder-link'));
    symlinkSync(path.join(outside, 'file'), path.join(world.repo, 'file-link'));
    world.git('add', '--all');
    world.git('commit', '--quiet', '--message=links');
    await world.model(
      [
        planner(),
        builder(
          1,
          { shell: 'echo escaped > file-link; echo escaped > folder-link/shell; true' },
          { applyPatch: patch('folder-link/patch') },
          { applyPatch: `*** Begin Patch\n*** Update File: file-link\n@@\n-mine\n+escaped\n*** End Patch` },
          { applyPatch: manyChanges },
          say,
        ),
        reviewer(),
      ],
      { approvals: { elevation: 'deny' } },
    );
    await world.run('run', 'follow the links');
    untouched();
  });

  it('is not what "../" and an absolute path in a patch of the model are', async () => {
    await world.model(
      [
        planner(),
        builder(
          1,
          { applyPatch: patch('../../../../outside/up') },
          { applyPatch: patch(path.join(outside, 'absolute')) },
          { applyPatch: manyChanges },
          say,
        ),
        reviewer(),
      ],
      { approvals: { elevation: 'deny' } },
    );
    await world.run('run', 'write elsewhere');
    untouched();
  });

  it('is not what a link is that the builder makes', async () => {
    await world.model(
      [
        planner(),
        builder(1, { shell: `ln -s ${outside} new-folder; ln -s ${outside}/file new-file` }, say),
        reviewer(),
      ],
      { approvals: { elevation: 'deny' } },
    );
    const run = await world.run('run', 'make links');
    expect(run.code).toBe(1);
    expect(run.err).toContain('new-file');
    untouched();
  });

  it('is not what a patch is that was changed after its approval', async () => {
    await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()]);
    await world.run('run', 'sum any number of numbers');
    expect((await world.run('approve', 'latest')).code).toBe(0);
    const { taskId, runId } = await world.manifest();
    const diff = path.join(world.repo, '.runs', taskId, runId, 'diff.patch');
    const evil = (file: string): string =>
      `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}\n@@ -0,0 +1 @@\n+escaped\n`;
    await appendFile(diff, evil('../outside/patched'));
    const apply = await world.run('apply', 'latest');
    expect(apply.code).toBe(1);
    untouched();

    // Not even with the right digest.
    const repository = await openRepository(world.repo);
    for (const file of ['../outside/patched', `${outside}/patched`, '.git/hooks/pre-commit', 'folder-link/patched']) {
      writeFileSync(diff, evil(file));
      const expectedSha256 = sha256(evil(file));
      const { commit: baseCommit } = repository.head;
      await expect(applyDiff({ repository, diffPath: diff, expectedSha256, baseCommit })).rejects.toThrow();
    }
    untouched();
    expect(existsSync(path.join(world.repo, '.git/hooks/pre-commit'))).toBe(false);
  });
});

it('keeps its runs out of a folder that the repository points .runs at', async () => {
  await using world = await World.make();
  const elsewhere = path.join(world.root, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, path.join(world.repo, '.runs'));
  world.git('add', '--all', '--force');
  world.git('commit', '--quiet', '--message=runs');
  await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()]);
  const run = await world.run('run', 'do it');
  expect(run.code).not.toBe(3);
  expect(await readdir(elsewhere)).toEqual([]);
});
