import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noUsage } from '../goal/events.js';
import { advanceFleet, beginFleet, exhaustedBudget, limitsLeft, nextToBegin } from './advance-fleet.js';
import { type FleetEvent, type FleetInput, type FleetState, hasEnded, isFleetOver } from './fleet.js';

const commit = 'a'.repeat(40);
const limits = { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 };

const fleetOf = (
  after: Readonly<Record<string, readonly string[]>>,
  {
    concurrency = 2,
    budget = { tokens: null, minutes: null },
  }: Partial<Pick<FleetInput, 'concurrency' | 'budget'>> = {},
): FleetState => {
  const goals = Object.entries(after).map(([id, needed]) => ({
    id,
    goal: id,
    task: null,
    mode: 'local' as const,
    environment: null,
    attempts: 1,
    limits,
    after: [...needed],
  }));
  const input = { goals, concurrency, budget } as unknown as FleetInput;
  return beginFleet(input, Object.fromEntries(goals.map(({ id }) => [id, `run-${id}`])));
};

const begun = (goal: string): FleetEvent => ({ type: 'begun', goal, base: commit, limits });
const parked = (goal: string, asks: string[] = []): FleetEvent => ({
  type: 'parked',
  goal,
  usage: noUsage,
  asks,
  elapsedMs: 0,
});
const ended = (goal: string, state: 'done' | 'failed' = 'done', totalTokens = 0): FleetEvent => ({
  type: 'ended',
  goal,
  state,
  commit: state === 'done' ? commit : null,
  usage: { ...noUsage, totalTokens },
  end: state === 'done' ? null : { code: 'x', message: 'It broke.' },
  elapsedMs: 0,
});
const all = (state: FleetState, ...events: readonly FleetEvent[]): FleetState => events.reduce(advanceFleet, state);
const standingOf = ({ goals }: FleetState) => Object.fromEntries(goals.map(({ id, standing }) => [id, standing]));
const laneOf = ({ goals }: FleetState) => Object.fromEntries(goals.map(({ id, lane }) => [id, lane]));

it('begins who is ready in the order of the file, and who became ready later after them', () => {
  let fleet = fleetOf({ late: ['a'], a: [], b: [], c: [] }, { concurrency: 1 });
  expect(nextToBegin(fleet)?.id).toBe('a');
  fleet = all(fleet, begun('a'));
  expect(nextToBegin(fleet)).toBeUndefined();
  fleet = all(fleet, ended('a'));
  expect(nextToBegin(fleet)?.id).toBe('b');
  fleet = all(fleet, begun('b'), ended('b'), begun('c'), ended('c'));
  expect(nextToBegin(fleet)?.id).toBe('late');
});

it('frees the lane of a goal that waits for a human, and gives the freed lane to the next', () => {
  const fleet = all(fleetOf({ a: [], b: [], c: [] }), begun('a'), begun('b'), parked('a'));
  expect(laneOf(fleet)).toEqual({ a: null, b: 2, c: null });
  expect(laneOf(all(fleet, begun('c')))).toEqual({ a: null, b: 2, c: 1 });
});

it('lets a goal that was answered go on after those that were ready before', () => {
  const fleet = all(fleetOf({ a: [], b: [], c: [] }, { concurrency: 1 }), begun('a'), parked('a', ['e1']), begun('b'), {
    type: 'answered',
    goal: 'a',
    elapsedMs: 0,
  });
  expect(nextToBegin(fleet)).toBeUndefined();
  expect(nextToBegin(all(fleet, ended('b')))?.id).toBe('c');
});

it('blocks all that depends on a goal that did not get done, however far away, and says on which', () => {
  const fleet = all(fleetOf({ a: [], b: ['a'], c: ['b'], d: [] }), begun('a'), ended('a', 'failed'));
  expect(standingOf(fleet)).toEqual({ a: 'failed', b: 'blocked', c: 'blocked', d: 'waiting' });
  expect(fleet.goals[1]?.end?.message).toBe('"b" depends on "a", which ended as failed: It broke.');
});

it('cancels what has no run at once, and what has one when its run has ended', () => {
  const end = { code: 'run-cancelled', message: 'Cancelled by Ada.' };
  const stopped = all(fleetOf({ a: [], b: ['a'] }), begun('a'), {
    type: 'stopped',
    goals: ['a', 'b'],
    why: 'cancel',
    end,
    elapsedMs: 0,
  });
  expect(standingOf(stopped)).toEqual({ a: 'running', b: 'cancelled' });
  expect(stopped.goals[0]?.stopping).toBe('cancel');
});

describe('the budget of all goals together', () => {
  it('is used up by what they used, and by what they use at this moment', () => {
    const fleet = all(
      fleetOf({ a: [], b: [] }, { budget: { tokens: 100, minutes: 1 } }),
      begun('a'),
      ended('a', 'done', 60),
    );
    expect(exhaustedBudget(fleet)).toBeUndefined();
    expect(exhaustedBudget(fleet, { tokens: 40, ms: 0 })).toContain('100 of 100 tokens');
    expect(exhaustedBudget(fleet, { tokens: 0, ms: 60_000 })).toContain('1.0 of 1 minutes');
  });

  it('limits what a goal may use that begins late', () => {
    const fleet = all(
      fleetOf({ a: [], b: [] }, { budget: { tokens: 100, minutes: null } }),
      begun('a'),
      ended('a', 'done', 60),
    );
    const b = fleet.goals.find(({ id }) => id === 'b');
    expect(b && limitsLeft(b, fleet)).toEqual({ ...limits, tokens: 40 });
    const inTime = { ...fleet, budget: { tokens: null, minutes: 15 }, elapsedMs: 12 * 60_000 };
    expect(b && limitsLeft(b, inTime)).toEqual({ ...limits, minutes: 3 });
  });

  it('is why a goal ended that was stopped for it, and no other that was cancelled', () => {
    const end = { code: 'budget', message: 'Nothing is left.' };
    const cancelled = { ...ended('a', 'failed'), state: 'cancelled' } as FleetEvent;
    const began = all(fleetOf({ a: [], b: [] }), begun('a'));
    expect(all(began, cancelled).goals[0]).toMatchObject({ standing: 'cancelled', end: { code: 'x' } });
    const stopped = all(began, { type: 'stopped', goals: ['a'], why: 'budget', end, elapsedMs: 0 }, cancelled);
    expect(stopped.goals[0]).toMatchObject({ standing: 'exhausted', end });
  });
});

it('begins a goal in the cloud though all lanes here are taken', () => {
  const fleet = all(fleetOf({ a: [], b: [], far: [] }, { concurrency: 1 }), begun('a'));
  const goals = fleet.goals.map((goal) => (goal.id === 'far' ? { ...goal, mode: 'cloud' as const } : goal));
  expect(nextToBegin({ ...fleet, goals })?.id).toBe('far');
});

it('lets nothing that comes late change how a goal ended', () => {
  const fleet = all(fleetOf({ a: [], b: ['a'] }), begun('a'), ended('a', 'failed'));
  expect(all(fleet, ended('a'), parked('a', ['e1'])).goals).toEqual(fleet.goals);
});

it('comes to an end whatever happens, with each goal begun at most once, after what it depends on, and never too many at a time', () => {
  const graph = fc.array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(graph, fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.nat(99)), (edges, concurrency, chance) => {
      const draw = (): number => chance.next().value as number;
      const after = Object.fromEntries(
        edges.map((needs, at) => [`g${at}`, [...new Set(needs.filter((need) => need < at).map((need) => `g${need}`))]]),
      );
      let fleet = fleetOf(after, { concurrency });
      const starts = new Map<string, number>();
      for (let steps = 0; !isFleetOver(fleet); steps += 1) {
        expect(steps).toBeLessThan(500);
        const next = nextToBegin(fleet);
        if (next) {
          const needed = fleet.goals.filter(({ id }) => next.after.includes(id));
          expect(needed.every(({ standing }) => standing === 'done')).toBe(true);
          if (next.base === null) starts.set(next.id, (starts.get(next.id) ?? 0) + 1);
          fleet = advanceFleet(fleet, begun(next.id));
        } else {
          const open = fleet.goals.filter((goal) => !hasEnded(goal) && goal.base !== null);
          const goal = open[draw() % Math.max(1, open.length)];
          expect(goal).toBeDefined();
          if (!goal) return;
          const dice = draw();
          const isParked = goal.standing === 'parked';
          fleet = advanceFleet(
            fleet,
            dice < 60
              ? ended(goal.id, dice < 50 ? 'done' : 'failed')
              : isParked && goal.asks.length > 0
                ? { type: 'answered', goal: goal.id, elapsedMs: 0 }
                : isParked
                  ? ended(goal.id)
                  : parked(goal.id, dice < 80 ? ['e1'] : []),
          );
        }
        const lanes = fleet.goals.flatMap(({ lane }) => lane ?? []);
        expect(lanes.length).toBeLessThanOrEqual(concurrency);
        expect(new Set(lanes).size).toBe(lanes.length);
      }
      expect([...starts.values()].every((count) => count === 1)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
