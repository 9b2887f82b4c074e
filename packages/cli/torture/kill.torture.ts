import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, outcomeOf, repeatedSteps, wholeWay } from '../test/whole-way.js';
import { builder, manyChanges, planner, reviewer, say, World } from '../test/world.js';
import { countCalls, hasStrace, killAt, type MutatingCall, mutatingCalls } from './strace.js';

/** Every call is tried, or every n-th with TORTURE_EVERY=n. */
const every = Number(process.env['TORTURE_EVERY'] ?? '1');

const newWorld = async (): Promise<World> => {
  const world = await World.make();
  await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()]);
  return world;
};

let undisturbed: Outcome;
let counts: ReadonlyMap<MutatingCall, number>;
const tally = { tried: 0, recovered: 0, processesLeft: 0, stepsRepeated: 0, otherOutcome: 0 };

beforeAll(async () => {
  if (!hasStrace()) throw new Error('The torture needs strace: install it, e.g. with apt-get install strace.');
  await using world = await newWorld();
  counts = await countCalls(world, ['run', 'do it']);
  await using other = await newWorld();
  await wholeWay(other);
  undisturbed = await outcomeOf(other);
  expect(undisturbed).toMatchObject({ state: 'done' });
  console.info(`calls of a run: ${[...counts].map(([call, count]) => `${call} ${count}`).join(', ')}`);
});

afterAll(() => {
  console.info(
    `points tried ${tally.tried}, recovered ${tally.recovered}; processes left ${tally.processesLeft}, steps repeated ${tally.stepsRepeated}, other outcomes ${tally.otherOutcome}`,
  );
});

describe.each(mutatingCalls)('a command that is killed at its n-th %s', (call) => {
  it('recovers, for every n', async () => {
    const bad: string[] = [];
    for (let n = 1; n <= (counts.get(call) ?? 0); n += every) {
      await using world = await newWorld();
      const { failed } = await wholeWay(world, killAt(call, n));
      if (failed.length === 0) continue;
      tally.tried += 1;
      const [outcome, repeated, processes, verified] = [
        await outcomeOf(world),
        await repeatedSteps(world),
        await world.processes('codex'),
        await world.run('runs', 'verify'),
      ];
      tally.processesLeft += processes.length;
      tally.stepsRepeated += repeated.length;
      const same = JSON.stringify(outcome) === JSON.stringify(undisturbed) && verified.code === 0;
      if (!same) tally.otherOutcome += 1;
      if (same && repeated.length === 0 && processes.length === 0) tally.recovered += 1;
      else
        bad.push(
          `${call}:${n} ${JSON.stringify({ state: outcome.state, events: outcome.events, repeated, processes, verified: verified.out })}`,
        );
    }
    expect(bad).toEqual([]);
  }, 7_200_000);
});
