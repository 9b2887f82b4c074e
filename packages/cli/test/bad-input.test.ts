import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builder, oneChange, planner, reviewer, sample, say, type Said, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const good = (): Promise<unknown> => world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);

/** An error as programs see it; there is always something to do about it. */
const errorOf = (said: Said): { code: string; message: string; hint?: string } =>
  (said.json() as { error: { code: string; message: string; hint?: string } }).error;

describe('a folder that is no place to work', () => {
  it('because it is not a git repository is refused', async () => {
    const said = await world.run('run', 'do it', '--json', '--repo', world.root);
    expect(said.code).toBe(1);
    expect(errorOf(said)).toMatchObject({ code: 'not-a-repository', hint: expect.any(String) as string });
  });

  it('because it has no commits is refused', async () => {
    const empty = path.join(world.root, 'empty');
    await mkdir(empty);
    world.git('init', '--quiet', empty);
    expect(errorOf(await world.run('run', 'do it', '--json', '--repo', empty))).toMatchObject({
      code: 'no-commits',
      hint: expect.any(String) as string,
    });
  });

  it('because its runs cannot be written is refused', async () => {
    await good();
    await writeFile(path.join(world.repo, '.runs'), 'a file where a folder belongs');
    const said = await world.run('run', 'do it', '--json');
    expect(said.code).toBe(73);
    expect(errorOf(said)).toMatchObject({ code: 'not-writable', message: expect.stringContaining('.runs') as string });
  });
});

describe('a repository in an unusual state', () => {
  it('with a detached HEAD is worked on', async () => {
    await good();
    world.git('checkout', '--quiet', '--detach');
    expect((await world.run('run', 'do it')).code).toBe(3);
    expect(await world.manifest()).toMatchObject({ base: { branch: null } });
  });

  it('with uncommitted changes is worked on from its last commit, says so, and keeps them', async () => {
    await good();
    await world.write({ 'src/sum.js': 'mine\n', 'new.txt': 'mine\n' });
    const said = await world.run('run', 'do it');
    expect(said.code, said.err).toBe(3);
    expect(said.err).toContain('2 uncommitted changes');
    expect(await world.read('src/sum.js')).toBe('mine\n');
    expect(
      await readFile(path.join(world.repo, '.runs/adhoc', (await world.manifest()).runId, 'diff.patch'), 'utf8'),
    ).not.toContain('mine');
  });

  it('without tests is refused before anything is spent, unless the user accepts that', async () => {
    await world[Symbol.asyncDispose]();
    world = await World.make({ 'notes.txt': 'a\n' });
    const server = await world.model([planner(), builder(1, { shell: 'echo b >> notes.txt' }, say), reviewer()]);
    expect((await world.run('run', 'do it')).code).toBe(1);
    expect(await world.manifest()).toMatchObject({ state: 'blocked', end: { code: 'no-tests' } });
    expect(server.report().exchanges).toEqual([]);
    const relaxed = await world.run('run', 'do it', '--no-tests');
    expect(relaxed.code, relaxed.err).toBe(3);
  });

  it('with odd file names is worked on, and the diff applies', async () => {
    const odd = [
      'with space.txt',
      'quo"te.txt',
      "apo'strophe.txt",
      'new\nline.txt',
      'ünï-✓-日本.txt',
      '-dash.txt',
      'tab\t.txt',
      '$(touch hacked).txt',
    ];
    await world[Symbol.asyncDispose]();
    world = await World.make({ ...sample, ...Object.fromEntries(odd.map((name) => [name, 'old\n'])) });
    await world.model([
      planner(),
      builder(
        1,
        { shell: 'for f in *.txt; do echo new >> "./$f"; done; cp ./-dash.txt "$(printf \'a new\\nname.txt\')"' },
        say,
      ),
      reviewer(),
    ]);
    const said = await world.run('run', 'do it');
    expect(said.code, said.err).toBe(3);
    expect((await world.manifest()).diff?.files.map((file) => file.path).sort()).toEqual(
      [...odd, 'a new\nname.txt'].sort(),
    );
    await world.run('approve', 'latest');
    const applied = await world.run('apply', 'latest');
    expect(applied.code, applied.err).toBe(0);
    for (const name of odd) expect(await world.read(name)).toBe('old\nnew\n');
    expect(await world.read('a new\nname.txt')).toBe('old\nnew\n');
  });
});

describe('a Codex that cannot be used', () => {
  const fakeCodex = async (script: string): Promise<string> => {
    const file = path.join(world.root, 'codex');
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  };

  it.each([
    ['is missing', () => Promise.resolve('/nowhere/codex'), /codex-(missing|unusable)/],
    ['is too old', () => fakeCodex('echo codex-cli 0.20.0'), /codex-too-old/],
    ['is something else', () => fakeCodex('echo hello; exit 1'), /codex-unusable/],
  ] as const)('because it %s blocks the run with what to do', async (_what, make, code) => {
    await good();
    const said = await world.run('run', 'do it', '--codex', await make());
    expect(said.code).toBe(1);
    expect(await world.manifest()).toMatchObject({
      state: 'blocked',
      end: { code: expect.stringMatching(code) as string, hint: expect.any(String) as string },
    });
  });

  it('because nobody is logged in blocks the run with what to do', async () => {
    await world.run('run', 'do it');
    expect(await world.manifest()).toMatchObject({
      state: 'blocked',
      end: { code: 'not-logged-in', hint: expect.stringContaining('codex login') as string },
    });
  });

  it('because it lacks the driver that was asked for blocks the run and says what it has', async () => {
    await good();
    await world.run('run', 'do it', '--driver', 'mcp-server');
    expect(await world.manifest()).toMatchObject({
      state: 'blocked',
      end: { code: 'driver-unavailable', message: expect.stringContaining('app-server') as string },
    });
  });
});

describe('words that make no sense', () => {
  it.each([
    ['an unknown run', ['runs', 'show', '01ZZZZ'], 1, 'unknown-run'],
    ['an unknown run to apply', ['apply', '01ZZZZ'], 1, 'unknown-run'],
    ['an empty goal', ['run', '  '], 2, 'goal-empty'],
    ['a goal of 1 MB', ['run', 'x'.repeat(1024 * 1024)], 2, 'goal-too-long'],
    ['a task that would leave its folder', ['run', 'do it', '--task', '../../etc'], 2, 'bad-task-id'],
    ['an empty test command', ['run', 'do it', '--test', ''], 2, 'bad-flags'],
    ['a test command of spaces', ['run', 'do it', '--test', 'npm test', '--test', '  '], 2, 'bad-flags'],
    ['a test command that needs a shell', ['run', 'do it', '--test', 'npm test; rm -rf /'], 2, 'bad-flags'],
  ] as const)('such as %s are refused', async (_what, words, code, errorCode) => {
    await good();
    const said = await world.run(...words, '--json');
    expect(said.code).toBe(code);
    expect(errorOf(said)).toMatchObject({ code: errorCode });
  });

  it.each([
    [['frobnicate']],
    [['run', 'x', '--no-such-flag']],
    [['run', 'x', '--driver', 'telepathy']],
    [['approve']],
    [['run', 'x', '--max-tokens', 'many']],
  ])('such as %j end with exit code 2', async (words) => {
    expect((await world.run(...words)).code).toBe(2);
  });

  it('such as a broken configuration are refused with the place', async () => {
    await world.write({ 'codex-orch.config.json': '{"limits": {"tokens": -1}}' });
    expect(errorOf(await world.run('run', 'do it', '--json'))).toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('limits.tokens') as string,
    });
  });
});
