import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { casesOf } from './every-case.js';
import { diffOf, goalOf, scenesFor, standings, writeGoals } from './fleet.js';
import { runCommandLine } from './real-command.js';
import { World } from './world.js';

const ids = ['one', 'two', 'three'];

/** Every run directory there is; one that no goal knows would be a goal that was begun twice. */
const runsOf = async (world: World): Promise<readonly string[]> =>
  (await readdir(path.join(world.repo, '.runs/adhoc')).catch(() => [])).sort();

// Of the fleet's own journal and of its goals', at whatever moment of their work.
const points = casesOf(
  'kills of many goals',
  ['journal.synced:2', 'journal.written:9', 'journal.synced:25', 'workspace.half-made:2', 'turn.finished:2'],
  (_, index) => index % 2 === 1,
);

it.concurrent.each(points)(
  'goals whose process is killed at %s are all there when it is run again, and none twice',
  async (point) => {
    await using world = await World.make();
    await world.model(scenesFor(ids));
    const file = await writeGoals(world, [
      ...ids.slice(0, 2).map((id) => ({ id })),
      { id: 'three', depends_on: ['one'] },
    ]);
    const run = ['goals', 'run', file, '--concurrency', '2'];
    const killed = await runCommandLine(world, run, { env: { CODEX_ORCH_FAILPOINT: point } });
    expect(killed.signal, killed.err).toBe('SIGKILL');
    const resumed = await runCommandLine(world, run);
    expect(resumed.code, resumed.err).toBe(3);
    expect(await standings(world)).toEqual({ one: 'parked', two: 'parked', three: 'waiting' });
    expect(await runsOf(world)).toEqual(
      [(await goalOf(world, 'one')).runId, (await goalOf(world, 'two')).runId].sort(),
    );
    for (const id of ['one', 'two']) {
      expect(await diffOf(world, id)).toEqual([`src/${id}.js`]);
      expect((await world.run('runs', 'verify', (await goalOf(world, id)).runId)).out).toContain('intact');
    }
    expect(await world.processes('codex')).toEqual([]);
  },
);
