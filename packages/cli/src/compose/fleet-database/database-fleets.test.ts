import { type Approval, type Json, newRunId } from '@codex-orch/core';
import type { FleetInput } from '@codex-orch/core/goals';
import type { DbosEngine, SeenRun } from '@codex-orch/engine-dbos';
import { describe, expect, it } from 'vitest';
import { newFleetId } from '../lanes/fleet-place.js';
import { DatabaseFleets } from './database-fleets.js';
import { newsSignal } from './fleet-news.js';
import { asJson, remoteApprovalSignal } from './remote-goal.js';

const at = '2026-01-01T00:00:00.000Z';
const base = 'a'.repeat(40);
const fleetId = newFleetId();
const [one, two] = [newRunId(), newRunId()];
const limits = { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 };
const goalNamed = (id: string) => ({
  ...{ id, goal: id, task: null, mode: 'local', environment: null, attempts: 1, limits, after: [] },
});
const input = asJson({
  ...{
    fleetId,
    file: 'goals.yaml',
    contentSha256: 'c',
    planSha256: 'p',
    repository: '/r',
    base: { commit: base, branch: null },
  },
  ...{ concurrency: 2, budget: { tokens: null, minutes: null }, version: '1', settings: {} },
  goals: [goalNamed('one'), goalNamed('two')],
}) as unknown as FleetInput;

const news: readonly Json[] = [
  { type: 'began', at, runIds: { one, two } },
  ...['one', 'two'].map((goal, index) => ({
    ...{ type: 'happened', at, number: index + 1, event: { type: 'begun', goal, base, limits } },
  })),
];

const seen = (id: string, more: Partial<SeenRun> = {}): SeenRun => ({
  ...{ id, status: 'running', outcome: null, executor: null, interruption: null, strandedBy: null, said: null },
  ...more,
});
const cancelled: Partial<SeenRun> = {
  status: 'cancelled',
  outcome: { ok: false, error: { code: 'run-cancelled', message: 'Cancelled.' } },
};

/** What a database says of these runs. */
function fleetsOf(runs: readonly SeenRun[], approvals: readonly Approval[] = []): DatabaseFleets {
  const engine = {
    seen: (ids: readonly string[]) => Promise.resolve(runs.filter(({ id }) => ids.includes(id))),
    sent: (_id: string, signal: string) =>
      Promise.resolve(signal === newsSignal ? news : signal === remoteApprovalSignal ? approvals.map(asJson) : []),
    workers: () => Promise.resolve([]),
    submissions: () =>
      Promise.resolve([
        { id: fleetId, input },
        { id: 'goals-other', input },
        { id: '../../x', input: { ...(asJson(input) as object), fleetId: '../../x' } },
      ]),
  };
  return new DatabaseFleets(engine as unknown as DbosEngine);
}

it('knows a fleet only by its own id, and by none that leads elsewhere', async () => {
  expect((await fleetsOf([]).inputs()).map((known) => known.fleetId)).toEqual([fleetId]);
});

it.each([
  ['settings.tests.commands.0.1', { settings: { tests: { commands: [['node', 'a\0b']] } } }, 'configuration'],
  ['goals.1.goal', { goals: [goalNamed('one'), { ...goalNamed('two'), goal: '\0' }] }, 'goals file'],
])('refuses a NUL character where it is, before anything is submitted: %s', async (place, more, where) => {
  await expect(fleetsOf([]).submit({ ...input, ...more } as FleetInput)).rejects.toMatchObject({
    code: 'nul-character',
    message: expect.stringContaining(`"${place}"`) as string,
    hint: expect.stringContaining(where) as string,
  });
});

describe('a fleet that was ended from outside', () => {
  it('is not over while a worker has one of its goals', async () => {
    const look = await fleetsOf([seen(fleetId, cancelled), seen(one, { executor: 'live' }), seen(two)]).look(input);
    expect(look).toMatchObject({ isIdle: false, record: { over: false } });
    expect(look.record.goals.map(({ standing }) => standing)).toEqual(['running', 'cancelled']);
  });

  it('is over once none has', async () => {
    const look = await fleetsOf([seen(fleetId, cancelled), seen(one), seen(two)]).look(input);
    expect(look).toMatchObject({ isIdle: true, record: { over: true } });
    expect(look.record.goals.map(({ standing }) => standing)).toEqual(['cancelled', 'cancelled']);
  });
});

describe('a decision', () => {
  const approvalOf = (subject: Approval['subject']): Approval => ({
    ...{ subject, decision: 'approved', at, channel: 'cli', justification: '' },
    by: { actor: 'human', name: 'Ada', email: 'ada@example.org' },
  });
  const diff = (digit: string) => approvalOf({ kind: 'diff', id: one, sha256: digit.repeat(64) });
  const said = asJson({
    ...{ runId: one, phase: 'awaiting-approval', worker: 'a', diffSha256: 'b'.repeat(64), requests: [], artifacts: [] },
  });
  const decidedOf = async (approvals: readonly Approval[], more: Partial<SeenRun> = {}) =>
    (await fleetsOf([seen(fleetId), seen(one, { said, ...more }), seen(two)], approvals).look(input)).decided;

  it('is told of when it is about what waits', async () => {
    expect((await decidedOf([diff('a'), diff('b')])).get(one)).toMatchObject({ subject: { sha256: 'b'.repeat(64) } });
  });

  it('is not told of when it was about an earlier diff, or about another run', async () => {
    const other = approvalOf({ kind: 'diff', id: two, sha256: 'b'.repeat(64) });
    expect(await decidedOf([diff('a'), other])).toEqual(new Map());
  });

  it('is not believed of a run whose standing is that of another', async () => {
    expect(await decidedOf([diff('b')], { said: asJson({ ...(said as object), runId: two }) })).toEqual(new Map());
  });
});
