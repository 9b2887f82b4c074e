import { noUsage } from '@codex-orch/core';
import { advanceFleet, beginFleet, type FleetEvent, type FleetInput } from '@codex-orch/core/goals';
import { expect, it } from 'vitest';
import { addUpNews, newsOf, runIdsIn } from './fleet-news.js';

const runId = '01J00000000000000000000000';
const base = 'a'.repeat(40);
const limits = { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 };
const input = {
  fleetId: 'goals-1',
  concurrency: 1,
  budget: { tokens: null, minutes: null },
  goals: [{ id: 'one', goal: 'one', task: null, mode: 'local', environment: null, attempts: 1, limits, after: [] }],
} as unknown as FleetInput;

const events: readonly FleetEvent[] = [
  { type: 'begun', goal: 'one', base, limits },
  { type: 'parked', goal: 'one', usage: noUsage, asks: ['e1'], elapsedMs: 5 },
  { type: 'answered', goal: 'one', elapsedMs: 0 },
];

const told = () => {
  let fleet = beginFleet(input, { one: runId });
  const news = [newsOf(fleet, undefined)];
  for (const event of events) {
    fleet = advanceFleet(fleet, event);
    news.push(newsOf(fleet, event));
  }
  return { fleet, news };
};

it('adds up to the fleet that it is news of', () => {
  const { fleet, news } = told();
  const seen = addUpNews(
    input,
    news.map(({ payload }) => payload),
  );
  expect(seen).toMatchObject({ fleet, began: true, record: { events: 3, over: false, elapsedMs: 5 } });
});

it('says the same under the same key, so that who repeats it says nothing new', () => {
  const keys = told().news.map(({ key }) => key);
  expect(keys).toEqual(['news:0', 'news:1', 'news:2', 'news:3']);
});

it('counts nothing twice, nothing out of turn, and nothing that it does not understand', () => {
  const [began, first, second] = told().news.map(({ payload }) => payload);
  const heard = [began, second, first, first, { type: 'unheard-of' }, null].map((one) => one ?? null);
  expect(addUpNews(input, heard).record.goals).toMatchObject([{ runId, standing: 'running', base }]);
  expect(addUpNews(input, [])).toMatchObject({ began: false, record: { goals: [{ standing: 'waiting' }] } });
});

it('hears of no run whose id would be a way to another folder', () => {
  const began = { type: 'began', at: '2026-01-01T00:00:00.000Z', runIds: { one: '../../../../victim' } };
  expect(runIdsIn([began])).toEqual([]);
  expect(addUpNews(input, [began])).toMatchObject({ began: false, record: { goals: [{ runId: '' }] } });
});
