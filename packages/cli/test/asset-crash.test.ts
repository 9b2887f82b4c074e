import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Scene } from '@codex-orch/replay';
import { beforeAll, describe, expect, it } from 'vitest';
import { assetPlanner, inStrings, makeIndex, makeOldWorld } from './asset-index.js';
import { casesOf } from './every-case.js';
import { runCommandLine, type RunningCommand, startCommand } from './real-command.js';
import { type Outcome, outcomeOf, repeatedSteps } from './whole-way.js';
import { builder, reviewer, say, type World } from './world.js';

const goal = 'rename oldName to newName everywhere';
const scenes: readonly Scene[] = [assetPlanner(), builder(1, { applyPatch: inStrings }, say), reviewer()];

/** More files than can be written in one moment. */
const many = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`src/many/${index}.js`, `export const oldName = ${index};\n`]),
);

async function newWorld(): Promise<World> {
  const world = await makeOldWorld();
  await world.write(many);
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message=many');
  await world.model(scenes, { assets: { indexes: [await makeIndex(world.root)] } });
  return world;
}

/** Resolves when the library has begun to write into the work tree of the only run. */
async function untilWriting(world: World, command: RunningCommand): Promise<void> {
  const workspaces = path.join(world.env['CODEX_ORCH_HOME'] ?? '', 'workspaces');
  const ended = { is: false };
  void command.ended.then(() => (ended.is = true));
  for (;;) {
    const [run = ''] = await readdir(workspaces).catch(() => []);
    const notes = path.join(workspaces, run, 'tree', '.runs', 'patterns', 'applications');
    if ((await readdir(notes).catch(() => [])).length > 0) return;
    if (ended.is) throw new Error(`it ended before it wrote:\n${command.said()}`);
    await nextTurn();
  }
}

/** Resumes the run, and goes the rest of the way to the applied diff. */
async function finish(world: World): Promise<Outcome> {
  const resumed = await runCommandLine(world, ['resume']);
  expect(resumed.code, resumed.err).toBe(3);
  for (const step of ['approve', 'apply']) {
    const ended = await runCommandLine(world, [step, 'latest']);
    expect(ended.code, ended.err).toBe(0);
  }
  const verified = await world.run('runs', 'verify');
  expect(verified.out).toContain('intact');
  expect(await repeatedSteps(world)).toEqual([]);
  return outcomeOf(world);
}

describe('a run that is killed while an asset is applied', () => {
  let undisturbed: Outcome;

  beforeAll(async () => {
    await using world = await newWorld();
    const run = await runCommandLine(world, ['run', goal]);
    expect(run.code, run.err).toBe(3);
    undisturbed = await finish(world);
    expect(undisturbed).toMatchObject({ state: 'done', approvals: 1, appliedTo: 1 });
    expect(undisturbed.events.filter((type) => type === 'asset.applied')).toHaveLength(1);
  });

  it('in the middle of its writes ends like one that was not', async () => {
    await using world = await newWorld();
    const command = await startCommand(world, ['run', goal]);
    await untilWriting(world, command);
    command.kill('SIGKILL');
    expect((await command.ended).signal).toBe('SIGKILL');
    expect((await world.manifest()).state).toBe('building');
    expect(await finish(world)).toEqual(undisturbed);
  });

  const points = casesOf(
    'kills around an asset',
    [
      'asset.applied:1',
      // After the step: the diff is written, the event is not, and it is.
      'diff.written:1',
      'events.before-write:5',
      'events.synced:5',
    ],
    (point) => point === 'events.before-write:5',
  );

  it.each(points)('at %s ends like one that was not', async (point) => {
    await using world = await newWorld();
    const killed = await runCommandLine(world, ['run', goal], { env: { CODEX_ORCH_FAILPOINT: point } });
    expect(killed.signal, killed.err).toBe('SIGKILL');
    expect(await finish(world)).toEqual(undisturbed);
  });
});
