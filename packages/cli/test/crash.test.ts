import { type Failpoint, failpoints } from '@codex-orch/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, outcomeOf, repeatedSteps, tokensOf, wholeWay } from './whole-way.js';
import { breaking, builder, manager, manyChanges, planner, reviewer, say, World } from './world.js';

/** The first time that a point is reached is not always the interesting one. */
const times: Partial<Record<Failpoint, readonly number[]>> = {
  'journal.before-write': [1, 6],
  'journal.written': [1, 8],
  'journal.synced': [1, 10],
  'events.before-write': [1, 4],
  'events.written': [1, 5],
  'events.synced': [1, 6],
  'manifest.written': [1, 7],
};

const scenarios = {
  'that is approved and applied': {
    scenes: [planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()],
    ends: { state: 'done', approvals: 1, appliedTo: 1 },
    points: failpoints.flatMap((point) => (times[point] ?? [1]).map((time) => `${point}:${time}`)),
  },
  'whose revision fails': {
    scenes: [
      planner(),
      builder(1, { applyPatch: breaking }, say),
      manager('builder'),
      builder(2, { fail: { status: 401 } }),
    ],
    ends: { state: 'failed', approvals: 0, appliedTo: 0 },
    // From the choice of the revision to the end of the run, one write after the other.
    points: [7, 8, 9, 10, 11]
      .map((time) => `events.synced:${time}`)
      .concat([15, 16, 17, 18, 19, 20, 21].map((time) => `journal.synced:${time}`)),
  },
} as const;

describe.each(Object.entries(scenarios))('a run %s and is killed', (_name, { scenes, ends, points }) => {
  const newWorld = async (): Promise<World> => {
    const world = await World.make();
    await world.model(scenes);
    return world;
  };
  const recovered = new Set<string>();
  let undisturbed: Outcome;
  let tokens: number;

  beforeAll(async () => {
    await using world = await newWorld();
    const { said } = await wholeWay(world);
    undisturbed = await outcomeOf(world);
    tokens = await tokensOf(world);
    expect(undisturbed, said).toMatchObject(ends);
  });

  afterAll(() => {
    console.info(`killed and recovered at ${recovered.size} of ${points.length} points`);
  });

  it.each(points)('at %s ends like one that was not, and does nothing twice', async (point) => {
    await using world = await newWorld();
    const { failed, said } = await wholeWay(world, { env: { CODEX_ORCH_FAILPOINT: point } });
    expect(
      failed.some(({ signal }) => signal === 'SIGKILL'),
      `the point was not reached:\n${said}`,
    ).toBe(true);
    expect(await outcomeOf(world), said).toEqual(undisturbed);
    expect(Math.abs((await tokensOf(world)) - tokens)).toBeLessThan(tokens / 100);
    expect(await repeatedSteps(world)).toEqual([]);
    expect((await world.run('runs', 'verify')).out).toContain('intact');
    expect(await world.processes('codex')).toEqual([]);
    recovered.add(point);
  });
});
