import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteRun, runLayout } from '../src/compose/noted-runs.js';
import { makeRun } from './made-run.js';
import { codexPaths, type Said, World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await World.make();
  await world.configure({ codex: { path: codexPaths['0.169.0'] }, tests: { lint: 'off' } });
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const waiting = (name: string): Promise<string> =>
  makeRun(world, { goal: `add ${name}`, files: { [`src/${name}.js`]: '1;\n' }, approved: false });
const decided = (name: string): Promise<string> =>
  makeRun(world, { goal: `add ${name}`, files: { [`src/${name}.js`]: '1;\n' } });

const errorOf = (said: Said): { code: string; message: string; hint: string } =>
  (said.json() as { error: { code: string; message: string; hint: string } }).error;

describe('"latest" of a decision', () => {
  it('is the newest run, which began to wait last', async () => {
    const [, newest] = [await waiting('older'), await waiting('newest')];
    // It was made without a journal, and so is found, but not decided.
    expect(errorOf(await world.run('reject', 'latest', '--json')).message).toContain(newest);
  });

  it('is asked for where an older run waits than the newest: its diff need not be the one that was read', async () => {
    const open = await waiting('open');
    await decided('newer');
    const { code, message, hint } = errorOf(await world.run('approve', 'latest', '--json'));
    expect(code).toBe('run-ambiguous');
    expect(message).toBe(`The newest run waits for no decision; an older one does.\n  ${open}  add open`);
    expect(hint).toContain('codex-orch approve <run>');
    expect(await world.manifest(open)).toMatchObject({ state: 'awaiting-approval' });
  });

  it('is asked for where several goals of a file wait', async () => {
    const ids = [await waiting('one'), await waiting('two')];
    const layout = runLayout(world.env, world.repo);
    const base = world.git('rev-parse', 'HEAD').trim();
    for (const id of ids)
      await noteRun(world.env, await layout.find(id), {
        fleet: { id: 'goals-01J00000000000000000000000', base, sharesCodex: true },
      });
    const { code, message } = errorOf(await world.run('approve', 'latest', '--json'));
    expect(code).toBe('run-ambiguous');
    expect(message).toBe(`2 runs wait for a decision.\n  ${ids[1] ?? ''}  add two\n  ${ids[0] ?? ''}  add one`);
    for (const id of ids) expect(await world.manifest(id)).toMatchObject({ state: 'awaiting-approval' });
  });

  it('is the newest run where none waits, which is told not to', async () => {
    const done = await decided('done');
    expect(errorOf(await world.run('approve', 'latest', '--json'))).toMatchObject({
      code: 'run-state',
      message: expect.stringContaining(`Run ${done} is "done"`) as string,
    });
  });
});

describe('where nothing was begun yet, it is told how to', () => {
  it.each([
    [['goals', 'status'], 'No goals of a file were begun here yet.', 'codex-orch goals run goals.yaml'],
    [['goals', 'cancel', 'latest'], 'No goals of a file were begun here yet.', 'codex-orch goals run goals.yaml'],
    [['runs', 'show'], 'There are no runs in REPO yet.', 'codex-orch run "<goal>"'],
    [['patterns', 'rollback', 'latest'], 'Nothing was applied in REPO yet.', 'codex-orch patterns apply <asset>'],
    [['approve', 'latest'], 'There are no runs in REPO yet.', 'codex-orch run "<goal>"'],
    [['integrations', 'show'], 'Nothing was integrated in REPO yet.', 'codex-orch integrate <run>…'],
  ])('%j', async (words, message, command) => {
    const error = errorOf(await world.run(...words, '--json'));
    expect(error.message.replace(world.repo, 'REPO')).toBe(message);
    expect(error.hint).toContain(command);
  });
});

describe('a run that has ended', () => {
  let id: string;

  beforeEach(async () => {
    await world[Symbol.asyncDispose]();
    world = await World.make({ 'notes.txt': 'a\n' });
    await world.model([]);
    const said = await world.run('run', 'add one', '--json');
    ({ runId: id } = said.json() as { runId: string });
    expect(said.json()).toMatchObject({ state: 'blocked' });
  });

  it('is not told to be shown where it is shown', async () => {
    const { out } = await world.run('runs', 'show', id);
    expect(out).toMatch(/^State +blocked/m);
    expect(out).not.toContain('runs show');
    expect(out).toContain(`codex-orch run 'add one'   # begins it anew`);
  });

  it('is removed by gc with its directory and its note, and all that goes is told and counted', async () => {
    const { out } = await world.run('gc', '--older-than', '0m', '--runs');
    expect(out).toMatch(new RegExp(`note +.*${id}\\.json\\n`));
    const lines = out.trimEnd().split('\n');
    expect(lines.at(-1)).toContain(`of ${lines.length - 1} thing`);
  });
});
