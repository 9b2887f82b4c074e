import { expect, it } from 'vitest';
import type { Ctx, StepContext } from '../engine/engine.js';
import type { Json } from '../engine/json.js';
import { noUsage } from '../goal/events.js';
import type { FleetEvent, FleetInput, FleetState } from './fleet.js';
import { createGoalsWorkflow, type GoalsServices } from './goals-workflow.js';

const commit = 'a'.repeat(40);
const limits = { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 };

const inputOf = (budget: FleetInput['budget'], ...ids: readonly string[]): FleetInput & Json => ({
  fleetId: 'F',
  file: 'goals.yaml',
  contentSha256: 'c',
  planSha256: 'p',
  repository: '/r',
  base: { commit, branch: 'main' },
  concurrency: 1,
  budget,
  version: '0.1.0',
  settings: {},
  goals: ids.map((id) => ({
    ...{ id, goal: id, task: null, mode: 'local' as const, environment: null, attempts: 1, limits, after: [] },
  })),
});

/** The workflow without an engine: each step is done at once. What happens next is told by `next`. */
async function run(input: FleetInput & Json, next: (fleet: FleetState) => FleetEvent) {
  const seen: { readonly event: FleetEvent; readonly fleet: FleetState }[] = [];
  const services: GoalsServices = {
    newRunIds: ({ goals }) => Promise.resolve(Object.fromEntries(goals.map(({ id }) => [id, `run-${id}`]))),
    prepare: () => Promise.resolve({ base: commit }),
    next: (fleet) => Promise.resolve(next(fleet)),
    record: (fleet, _input, event) => {
      if (event) seen.push({ event, fleet });
      return Promise.resolve();
    },
  };
  const step = (_name: string, fn: (step: StepContext) => Promise<Json>) =>
    fn({ signal: new AbortController().signal } as StepContext);
  const result = await createGoalsWorkflow(services).run({ step } as unknown as Ctx, input);
  return { result, seen };
}

const ended = (goal: string, totalTokens: number): FleetEvent => ({
  type: 'ended',
  goal,
  state: 'done',
  commit,
  usage: { ...noUsage, totalTokens },
  end: null,
  elapsedMs: 0,
});

it('lets a goal that begins use no more than what is left for all, and the same when it goes on', async () => {
  const happens: FleetEvent[] = [
    ended('a', 60),
    { type: 'parked', goal: 'b', usage: { ...noUsage, totalTokens: 10 }, asks: ['e1'], elapsedMs: 0 },
    { type: 'answered', goal: 'b', elapsedMs: 0 },
    ended('b', 20),
  ];
  const { result, seen } = await run(inputOf({ tokens: 100, minutes: null }, 'a', 'b'), () => {
    const event = happens.shift();
    if (!event) throw new Error('nothing more happens');
    return event;
  });
  expect(result).toEqual({ a: 'done', b: 'done' });
  const begun = seen.flatMap(({ event }) => (event.type === 'begun' ? [[event.goal, event.limits.tokens]] : []));
  expect(begun).toEqual([
    ['a', 100],
    ['b', 40],
    ['b', 40],
  ]);
});

it('stops all that would use more when nothing is left, but not what a human was asked about', async () => {
  const happens: FleetEvent[] = [
    { type: 'parked', goal: 'asks', usage: { ...noUsage, totalTokens: 50 }, asks: ['e1'], elapsedMs: 0 },
    ended('spends', 50),
    ended('asks', 50),
  ];
  const { result, seen } = await run(inputOf({ tokens: 100, minutes: null }, 'asks', 'spends', 'waits'), () => {
    const event = happens.shift();
    if (!event) throw new Error('nothing more happens');
    return event;
  });
  expect(seen.find(({ event }) => event.type === 'stopped')?.event).toMatchObject({ goals: ['waits'], why: 'budget' });
  expect(result).toEqual({ asks: 'done', spends: 'done', waits: 'blocked' });
});
