import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { appendFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyDiff, openRepository, sha256 } from '@codex-orch/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  callTraps,
  canary,
  fileTraps,
  gitTraps,
  loot,
  secrets,
  setTraps,
  sprung,
  sshKey,
  startListener,
} from './hostile-repository.js';
import { plainUse, unconfined } from './live-traps.js';
import { builder, oneChange, planner, reviewer, say, World } from './world.js';

const bin = fileURLToPath(new URL('../bin/codex-orch.js', import.meta.url));

type Listener = Awaited<ReturnType<typeof startListener>>;

/** All files below a folder that hold one of the user's secrets. */
function leaks(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const text = readFileSync(file, 'latin1');
      return [...Object.values(secrets), sshKey].some((secret) => text.includes(secret));
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
    const look = [
      'env > environment.log',
      'cat "$HOME/.ssh/id_ed25519" >> environment.log',
      ...['git status', 'git diff', 'git log -1'],
      `touch '${canary(world, 'builder')}' ${inTmp()}`,
      `node --eval "fetch('${listener.url}/builder')"`,
      'true',
    ].join('; ');
    await world.model(
      [planner(), builder(1, { shell: look, yieldMs: 30_000 }, { applyPatch: oneChange }, say), reviewer()],
      // With npm and lint, as the repository's own configuration of them is among the traps.
      { approvals: { elevation: 'deny' }, tests: { commands: [['npm', 'test']], lint: 'report' } },
    );
    await codexOrch(3, 'run', 'sum any number of numbers');
    await codexOrch(0, 'approve', 'latest');
    await codexOrch(0, 'apply', 'latest');
  });

  afterAll(async () => {
    listener.close();
    await world[Symbol.asyncDispose]();
  });

  const home = { 'config.toml': 'model = "mine"\n' };
  const left = (): string[] => ['.runs', '../state'].flatMap((folder) => leaks(path.join(world.repo, folder)));

  it.each([...fileTraps, ...gitTraps])(
    '%s did not spring, left the Codex home of the user alone, got no secret',
    (trap) => {
      expect(sprung(world, trap)).toBe(false);
      expect(codexHome()).toEqual(home);
      expect(left()).toEqual([]);
    },
  );

  it.each(callTraps)('%s was not called, nor was any credential sent or left behind', (trap) => {
    expect(listener.calls.filter((call) => call.endsWith(trap))).toEqual([]);
    expect(codexHome()).toEqual(home);
    expect(left()).toEqual([]);
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

  it('got no credential: none is in what the run left, among it the environment of the builder', async () => {
    const manifest = await world.manifest();
    expect(manifest.diff?.files.map(({ path: file }) => file)).toContain('environment.log');
    expect(await world.read('environment.log')).toContain('PATH=');
    expect([...left(), ...leaks(world.repo)]).toEqual([]);
  });

  it('had its names taken for names, not for options', async () => {
    expect(await world.read('--output=x')).toBe('an option?\n');
    expect(await world.read('-rf')).toBe('another\n');
    expect(existsSync(path.join(world.repo, 'x'))).toBe(false);
  });

  // Only now, as this springs what must not be sprung before.
  it.each([...fileTraps, ...gitTraps])(
    'is live: %s springs where the repository is used without codex-orch',
    async (trap) => {
      await rm(canary(world, trap), { force: true });
      await plainUse[trap](world, listener.url);
      expect(sprung(world, trap)).toBe(true);
      // Codex hands its servers and hooks less than all.
      if (!trap.startsWith('codex-')) expect(loot(world, trap)).toContain(secrets.GITHUB_TOKEN);
    },
  );

  it.each(callTraps)('is live: %s is called where the repository is used without codex-orch', async (trap) => {
    await plainUse[trap](world, listener.url);
    expect(listener.calls.filter((call) => call.endsWith(trap))).not.toEqual([]);
  });

  it('is live: plain git takes the name of a branch for an option', () => {
    const env = { ...world.env, PATH: process.env['PATH'] };
    const [name = ''] = readdirSync(path.join(world.repo, '.git/refs/heads')).filter((ref) => ref.startsWith('--'));
    spawnSync('git', ['-c', 'core.fsmonitor=false', 'diff', name], { cwd: world.repo, env });
    expect(existsSync(path.join(world.repo, 'x'))).toBe(true);
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

  /** What a way out leaves behind when nobody bars it; puts things right again. */
  async function escapes(steps: Parameters<typeof unconfined>[1]): Promise<string[]> {
    await unconfined(world, steps);
    const found = readdirSync(outside).filter((name) => readFileSync(path.join(outside, name), 'utf8') === 'escaped\n');
    for (const name of readdirSync(outside)) await rm(path.join(outside, name));
    writeFileSync(path.join(outside, 'file'), 'mine\n');
    return found.sort();
  }

  const patch = (file: string): string => `*** Begin Patch\n*** Add File: ${file}\n+escaped\n*** End Patch`;

  it('is not what a link of the repository is, for the shell and for patches', async () => {
    symlinkSync(outside, path.join(world.repo, 'folder-link'));
    symlinkSync(path.join(outside, 'file'), path.join(world.repo, 'file-link'));
    world.git('add', '--all');
    world.git('commit', '--quiet', '--message=links');
    const followLinks = [
      { shell: 'echo escaped > folder-link/shell; true' },
      { applyPatch: patch('folder-link/patch') },
      { shell: 'echo escaped > file-link; true' },
    ];
    const followLink = {
      applyPatch: `*** Begin Patch\n*** Update File: file-link\n@@\n-mine\n+escaped\n*** End Patch`,
    };
    await world.model([planner(), builder(1, ...followLinks, followLink, { applyPatch: oneChange }, say), reviewer()], {
      approvals: { elevation: 'deny' },
    });
    await world.run('run', 'follow the links');
    untouched();
    expect(await escapes([...followLinks, say])).toEqual(['file', 'patch', 'shell']);
    expect(await escapes([followLink, say])).toEqual(['file']);
  });

  it('is not what "../" and an absolute path in a patch of the model are', async () => {
    await world.model(
      [
        planner(),
        builder(
          1,
          { applyPatch: patch('../../../../outside/up') },
          { applyPatch: patch(path.join(outside, 'absolute')) },
          { applyPatch: oneChange },
          say,
        ),
        reviewer(),
      ],
      { approvals: { elevation: 'deny' } },
    );
    await world.run('run', 'write elsewhere');
    untouched();
    const upAndAbsolute = [patch('../outside/up'), patch(path.join(outside, 'absolute'))];
    expect(await escapes([...upAndAbsolute.map((applyPatch) => ({ applyPatch })), say])).toEqual(['absolute', 'up']);
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
    const makeAndFollow = `ln -s ${outside} new-folder; ln -s ${outside}/file new-file; echo escaped > new-file; echo escaped > new-folder/shell`;
    expect(await escapes([{ shell: makeAndFollow }, say])).toEqual(['file', 'shell']);
  });

  it('is not what a patch is that was changed after its approval', async () => {
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
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

    // Told not to care, and outside a repository, git writes what the patch says.
    const elsewhere = path.join(world.root, 'no-repository');
    mkdirSync(elsewhere);
    for (const file of ['../outside/patched', 'hooks/pre-commit']) {
      writeFileSync(diff, evil(file));
      const { stderr } = spawnSync('git', ['apply', '--unsafe-paths', diff], { cwd: elsewhere, encoding: 'utf8' });
      expect(readFileSync(path.join(elsewhere, file), 'utf8'), stderr).toBe('escaped\n');
    }
  });
});

it('keeps its runs out of a folder that the repository points .runs at', async () => {
  await using world = await World.make();
  const elsewhere = path.join(world.root, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, path.join(world.repo, '.runs'));
  world.git('add', '--all', '--force');
  world.git('commit', '--quiet', '--message=runs');
  await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
  const run = await world.run('run', 'do it');
  expect(run.code).not.toBe(3);
  expect(await readdir(elsewhere)).toEqual([]);
  mkdirSync(path.join(world.repo, '.runs/adhoc'));
  expect(await readdir(elsewhere)).toEqual(['adhoc']);
});

describe('a run that came in an archive of the repository, approved and all', () => {
  let world: World;
  let runId: string;

  beforeAll(async () => {
    world = await World.make();
    await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
    await world.run('run', 'sum any number of numbers');
    ({ runId } = await world.manifest());
  });

  afterAll(() => world[Symbol.asyncDispose]());

  const codeOf = (said: { readonly json: () => unknown }): string =>
    (said.json() as { error: { code: string } }).error.code;

  it('can be looked at, but not acted on', async () => {
    const state = world.env['CODEX_ORCH_HOME'];
    // For whoever unpacked it: another machine, and so another state folder.
    world.env['CODEX_ORCH_HOME'] = path.join(world.root, 'state-of-another');
    for (const command of ['approve', 'resume'])
      expect(codeOf(await world.run(command, runId, '--json')), command).toBe('run-not-noted');
    world.env['CODEX_ORCH_HOME'] = state;
    expect((await world.run('approve', runId)).code).toBe(0);
    world.env['CODEX_ORCH_HOME'] = path.join(world.root, 'state-of-another');
    for (const command of ['apply', 'resume'])
      expect(codeOf(await world.run(command, runId, '--json')), command).toBe('run-not-noted');
    expect((await world.run('runs', 'show', runId)).code).toBe(0);
    expect(await world.read('src/sum.js')).not.toContain('numbers.reduce');
    world.env['CODEX_ORCH_HOME'] = state;
  });

  it('is applied where it was made', async () => {
    const apply = await world.run('apply', runId);
    expect(apply.code, apply.err).toBe(0);
    expect(await world.read('src/sum.js')).toContain('numbers.reduce');
  });
});
