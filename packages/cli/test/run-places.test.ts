import { mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newRunId } from '@codex-orch/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builder, oneChange, planner, reviewer, say, type Said, World } from './world.js';

let world: World;
let bringBack: () => Promise<void>;

/** Every test begins with a run that waits for its approval. */
beforeAll(async () => {
  world = await World.make();
  await world.model([planner(), builder(1, { applyPatch: oneChange }, say), reviewer()]);
  await newRun();
  bringBack = world.keep();
});

beforeEach(() => bringBack());

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const codeOf = (said: Said): string => (said.json() as { error: { code: string } }).error.code;

async function newRun(): Promise<void> {
  const run = await world.run('run', 'do it');
  expect(run.code, run.err).toBe(3);
}

const dirOf = async (): Promise<string> => path.join(world.repo, '.runs/adhoc', (await world.manifest()).runId);

describe('a run that came with the repository', () => {
  it('is refused by every command, however approved it looks', async () => {
    await world.run('approve', 'latest');
    world.git('add', '--force', '.runs');
    world.git('commit', '--quiet', '--message=a present');
    for (const words of [
      ['apply', 'latest'],
      ['approve', 'latest'],
      ['resume', 'latest'],
      ['cancel', 'latest'],
      ['runs', 'show'],
      ['runs', 'verify'],
    ]) {
      const said = await world.run(...words, '--json');
      expect(said.code, words.join(' ')).toBe(1);
      expect(codeOf(said), words.join(' ')).toBe('run-tracked');
    }
    expect((await world.run('runs', 'list', '--json')).json()).toMatchObject([{ state: 'tracked' }]);
    expect(await world.read('src/sum.js')).not.toContain('numbers.reduce');
  });

  it('as a link leads no work out of the repository', async () => {
    const outside = path.join(world.root, 'outside');
    await mkdir(outside);
    await rm(path.join(world.repo, '.runs'), { recursive: true });
    await symlink('../outside', path.join(world.repo, '.runs'));
    world.git('add', '--force', '.runs');
    world.git('commit', '--quiet', '--message=a link');
    const said = await world.run('run', 'do it', '--json');
    expect(said.code).toBe(73);
    expect(codeOf(said)).toBe('run-place-unsafe');
    expect(codeOf(await world.run('runs', 'list', '--json'))).toBe('run-place-unsafe');
    expect(await readdir(outside)).toEqual([]);
  });
});

describe('a run directory that is not where it was made', () => {
  it('because the repository was moved is shown, but not acted on', async () => {
    const moved = path.join(world.root, 'moved');
    await rename(world.repo, moved);
    for (const command of ['approve', 'resume'])
      expect(codeOf(await world.run(command, 'latest', '--json', '--repo', moved)), command).toBe('run-moved');
    expect((await world.run('runs', 'show', '--repo', moved)).code).toBe(0);
  });

  it.each([
    ['task', (dir: string) => path.join(dir, '../../other', path.basename(dir)), 'run-foreign'],
    // The hashes of its events begin with its id.
    ['id', (dir: string) => path.join(dir, '..', newRunId()), 'log-damaged'],
  ])('because it was given another %s is not acted on', async (_what, to, code) => {
    const dir = await dirOf();
    await mkdir(path.dirname(to(dir)), { recursive: true });
    await rename(dir, to(dir));
    for (const command of ['approve', 'resume'])
      expect(codeOf(await world.run(command, 'latest', '--json')), command).toBe(code);
  });

  it('and whose journal is of another run is not cancelled, and that is said', async () => {
    const journal = await readFile(path.join(await dirOf(), 'journal.jsonl'));
    await newRun();
    await writeFile(path.join(await dirOf(), 'journal.jsonl'), journal);
    const said = await world.run('cancel', 'latest');
    expect(said.code).toBe(1);
    expect(said.out).not.toContain('is cancelled');
  });
});

describe('a diff that cannot be shown', () => {
  it('because it is not the recorded one is said not to be, and cannot be approved', async () => {
    const dir = await dirOf();
    await truncate(path.join(dir, 'diff.patch'), 600_000_000);
    const said = await world.run('runs', 'show');
    expect(said.code, said.err).toBe(0);
    expect(said.out).toContain('is not the recorded diff any more');
    expect(said.out).not.toContain('diff --git');
    expect(codeOf(await world.run('approve', 'latest', '--json'))).toBe('diff-digest-mismatch');
    expect(await world.manifest()).toMatchObject({ state: 'awaiting-approval', approvals: [] });
  });

  it('because it is gone is said to be', async () => {
    const dir = await dirOf();
    await rm(path.join(dir, 'diff.patch'));
    const said = await world.run('runs', 'show');
    expect(said.code, said.err).toBe(0);
    expect(said.out).toContain('diff.patch cannot be read');
    expect(said.out).toContain('awaiting-approval');
  });
});

describe("a repository's configuration that is broken", () => {
  it.each([
    ['reject', ['reject', 'latest'], 'rejected'],
    ['cancel', ['cancel', 'latest'], 'cancelled'],
  ])('does not keep anybody from a %s', async (_what, words, state) => {
    await world.write({ 'codex-orch.config.json': '{' });
    const said = await world.run(...words);
    expect(said.code, said.err).toBe(0);
    for (const look of [['list'], ['show'], ['verify']]) expect((await world.run('runs', ...look)).code).toBe(0);
    expect(await world.manifest()).toMatchObject({ state });
    expect(codeOf(await world.run('run', 'do it', '--json'))).toBe('config-invalid');
  });
});

describe('the environment', () => {
  it.each([
    ['XDG_CONFIG_HOME', '.'],
    ['XDG_CONFIG_HOME', ''],
    ['HOME', ''],
    ['HOME', 'home'],
  ])('with %s=%j does not let the repository be the configuration of its user', async (name, value) => {
    const evil = JSON.stringify({ codex: { path: '/nowhere/evil' } });
    await world.write({
      'codex-orch/config.json': evil,
      '.config/codex-orch/config.json': evil,
      'home/.config/codex-orch/config.json': evil,
    });
    delete world.env['CODEX_ORCH_CONFIG'];
    world.env[name] = value;
    const said = await world.run('doctor');
    expect(said.out + said.err).not.toContain('/nowhere/evil');
  });

  it.each(['CODEX_ORCH_HOME', 'CODEX_ORCH_CONFIG'])('with a relative %s is refused', async (name) => {
    world.env[name] = 'state';
    const said = await world.run('run', 'do it', '--json');
    expect(said.code).toBe(2);
    expect(codeOf(said)).toBe('bad-environment');
  });
});

it('looks as the doctor at the whole repository, from any folder of it', async () => {
  await world.write({ 'codex-orch.config.json': '{' });
  const said = await world.run('doctor', '--json', '--repo', path.join(world.repo, 'src'));
  expect(said.code).toBe(1);
  expect(said.out).toContain('codex-orch.config.json is not a valid configuration');
});
