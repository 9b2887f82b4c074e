import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Failpoint, failpoints } from '@codex-orch/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesOf } from './every-case.js';
import { answersOf, type Outcome, outcomeOf, repeatedSteps, tokensOf, wholeWay } from './whole-way.js';
import { breaking, builder, manager, manyByShell, planner, reviewer, say, World } from './world.js';

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

/** One of each that could be lost or done twice: a line, the workspace, a turn, a decision, the commit, the change of the checkout. */
const telling = [
  'events.written:1',
  'journal.synced:10',
  'workspace.half-made:1',
  'turn.finished:1',
  'signal.posted:1',
  'commit.made:1',
  'apply.written:1',
];

/** Reached only by a run in which Codex asks to leave its sandbox, or an asset is applied. */
const ofOthers: readonly Failpoint[] = ['elevation.requested', 'elevation.decided', 'asset.applied'];

const scenarios = {
  'that is approved and applied': {
    scenes: [planner(), builder(1, { shell: manyByShell }, say), reviewer()],
    ends: { state: 'done', approvals: 1, appliedTo: 1 },
    points: casesOf(
      'kills in a run that is applied',
      failpoints
        .filter((point) => !ofOthers.includes(point))
        .flatMap((point) => (times[point] ?? [1]).map((time) => `${point}:${time}`)),
      (point) => telling.includes(point),
    ),
  },
  'whose revision fails': {
    scenes: [
      planner(),
      builder(1, { applyPatch: breaking }, say),
      manager('builder'),
      builder(2, { fail: { status: 401 } }),
    ],
    ends: { state: 'failed', approvals: 0, appliedTo: 0 },
    // From the choice of the revision to the end of the run, every other write.
    points: casesOf(
      'kills in a revision that fails',
      ['events.synced:7', 'events.synced:9', 'events.synced:11'].concat(
        [15, 17, 19, 21].map((time) => `journal.synced:${time}`),
      ),
      (_, index) => index % 3 === 1,
    ),
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

describe('a run in which Codex asks to leave its sandbox', () => {
  // Every time that it is done leaves a line: how many answers were on record by then.
  const command = `grep -c '"type":"elevation.decided"' "$HOME"/../repo/.runs/*/*/events.jsonl >> "$HOME/elevated"`;
  const newWorld = async (): Promise<World> => {
    const world = await World.make();
    const escalate = { command, justification: 'I need it' };
    await world.model([planner(), builder(1, { escalate }, { shell: manyByShell }, say), reviewer()], {
      approvals: { elevation: 'ask', timeoutSeconds: 1 },
    });
    return world;
  };
  const whenDone = async (world: World): Promise<readonly number[]> =>
    (await readFile(path.join(world.root, 'home', 'elevated'), 'utf8')).trimEnd().split('\n').map(Number);
  const isOfElevation = (type: string): boolean => type.startsWith('elevation.');
  const besidesElevations = (outcome: Outcome): Outcome => ({
    ...outcome,
    events: outcome.events.filter((type) => !isOfElevation(type)),
  });
  let undisturbed: Outcome;

  beforeAll(async () => {
    await using world = await newWorld();
    const { failed, said } = await wholeWay(world);
    expect(failed, said).toEqual([]);
    undisturbed = await outcomeOf(world);
    expect(undisturbed, said).toMatchObject({ state: 'done', approvals: 1, appliedTo: 1 });
    expect(await answersOf(world)).toEqual(['approve by human']);
    expect(await whenDone(world)).toEqual([1]);
  });

  // Each command by the argument that only it has, and how many answers were on record each time that Codex went out.
  const kills = [
    ['run', 'events.before-write:4', 'resumed', [1]],
    ['run', 'elevation.requested:1', 'resumed', [1]],
    ['run', 'turn.finished:1', 'resumed', [1]],
    ['e1', 'signal.posted:1', 'resumed', [1]],
    ['e1', 'signal.posted:1', 'answered again', [1]],
    ['e1', 'journal.written:1', 'resumed', [1]],
    ['e1', 'signal.recorded:1', 'answered again', [1]],
    ['e1', 'events.before-write:1', 'resumed', [1]],
    // On record, but Codex has not heard it: an answer is used once, so that there is another request.
    ['e1', 'events.written:1', 'resumed', [2]],
    ['e1', 'elevation.decided:1', 'resumed', [2]],
    // It was out already, and the turn that nobody recorded is repeated.
    ['e1', 'turn.finished:1', 'resumed', [1, 2]],
    ['e1', 'journal.written:3', 'resumed', [1]],
  ] as const;
  // When the answer is posted, when it is on record, and when what it allowed was done; the others lie between these.
  const decisive = ['e1 signal.posted:1', 'e1 elevation.decided:1', 'e1 turn.finished:1'];
  const chosen = casesOf(
    'kills around an elevation',
    kills,
    ([only, point, takenUp]) =>
      decisive.includes(`${only} ${point}`) && !(point === 'signal.posted:1' && takenUp === 'resumed'),
  );

  it.concurrent.each(chosen)(
    'and whose command "%s" is killed at %s ends like one that was not when it is %s',
    async (...row) => {
      const [only, point, takenUp, done] = row;
      await using world = await newWorld();
      const fault = { env: { CODEX_ORCH_FAILPOINT: point }, only, answersAgain: takenUp === 'answered again' };
      const { failed, said } = await wholeWay(world, fault);
      expect(
        failed.map(({ signal }) => signal),
        said,
      ).toEqual(['SIGKILL']);

      const outcome = await outcomeOf(world);
      expect(besidesElevations(outcome), said).toEqual(besidesElevations(undisturbed));
      const answers = await answersOf(world);
      expect(answers, said).toEqual(Array.from({ length: Math.max(...done) }, () => 'approve by human'));
      expect(outcome.events.filter(isOfElevation)).toEqual(
        answers.flatMap(() => ['elevation.requested', 'elevation.decided']),
      );
      expect(await whenDone(world), said).toEqual(done);
      expect(await repeatedSteps(world)).toEqual([]);
      expect((await world.run('runs', 'verify')).out).toContain('intact');
      expect((await world.run('audit', 'verify')).out).toContain('intact');
      expect(await world.processes('codex')).toEqual([]);
    },
  );
});
