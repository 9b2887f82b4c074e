import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  approval,
  built,
  created,
  diff,
  digest,
  handoff,
  passed,
  planned,
  promoted,
  reviewed,
  tested,
} from '../../test/goal-events.js';
import { type GoalEvent, noUsage } from './events.js';
import { hasTestResult, isApproved, isHumanApprovalOfThisDiff } from './guards.js';
import { advance, exhaustedLimit, initialState, legalHandoffs, replayEvents } from './machine.js';
import { type GoalState, isTerminal, pendingAsset } from './state.js';

const asset = { id: 'swap', version: '1.0.0', digest: digest('d'), options: {} };
const offered: GoalEvent = {
  type: 'assets.offered',
  data: {
    offers: [
      {
        id: 'swap',
        version: '1.0.0',
        digest: digest('d'),
        kind: 'codemod',
        title: 't',
        whenToUse: 'w',
        optionsSchema: {},
        risk: 'low',
      },
    ],
  },
};
const plannedAsset = (use: typeof asset = asset): GoalEvent => ({
  type: 'plan.accepted',
  data: {
    plan: { summary: 's', subtasks: [{ id: 'one', title: 'one', instructions: 'one', paths: [], asset: use }] },
    ...handoff,
  },
});
const assetApplied = (letter: string, { changed = 1, use = asset } = {}): GoalEvent => ({
  type: 'asset.applied',
  data: {
    subtask: 'one',
    asset: use,
    report: {
      applicationId: 'x',
      changedCount: changed,
      changed: [],
      declinedCount: 2,
      declined: [],
      failedCount: 0,
      failures: [],
    },
    diff: diff(letter, changed === 0),
    ...handoff,
  },
});
const assetRefused: GoalEvent = {
  type: 'asset.refused',
  data: { subtask: 'one', asset, code: 'asset-changed', message: 'It is another one.', ...handoff },
};
const revision: GoalEvent = { type: 'revision.started', data: { subtask: 'one', reason: '' } };

const after = (...events: GoalEvent[]): GoalState => replayEvents([created(), passed, ...events]);

it('goes from a goal to done by plan, build, test, review, approval and promotion', () => {
  const state = after(planned('one'), built('one', 'a'), tested('a'), reviewed('a'), approval('a'), promoted('a'));
  expect(state).toMatchObject({ phase: 'done', commit: 'x' });
});

it('gives each subtask the same number of revisions', () => {
  const first = after(planned('one', 'two'), built('one', 'a'), tested('a', false), revision);
  const second = [
    built('one', 'b', { revision: 1 }),
    tested('b'),
    reviewed('b'),
    built('two', 'c'),
    tested('c', false),
  ];
  expect(legalHandoffs(second.reduce(advance, first))).toContain('builder');
});

it('builds, tests and reviews each subtask before the gate', () => {
  const first = after(planned('one', 'two'), built('one', 'a'), tested('a'), reviewed('a'));
  expect(first).toMatchObject({ phase: 'building', subtaskIndex: 1, revision: 0 });
  const second = [built('two', 'b'), tested('b'), reviewed('b')].reduce(advance, first);
  expect(second.phase).toBe('awaiting-approval');
});

describe('a gate', () => {
  it('refuses a review of a diff that was not tested', () => {
    expect(() => after(planned('one'), built('one', 'a'), reviewed('a'))).toThrow(
      /not possible while the goal is in "testing"/,
    );
  });

  it('refuses a test result and a review of another diff', () => {
    expect(() => after(planned('one'), built('one', 'a'), tested('b'))).toThrow(/for the diff b+/);
    expect(() => after(planned('one'), built('one', 'a'), tested('a'), reviewed('b'))).toThrow(/for the diff b+/);
  });

  it.each([
    ['another digest', { subject: { kind: 'diff', id: 'R', sha256: digest('b') } }],
    ['another run', { subject: { kind: 'diff', id: 'Q', sha256: digest('a') } }],
    ['another kind of subject', { subject: { kind: 'elevation', id: 'R', sha256: digest('a') } }],
    ['a policy', { by: { actor: 'policy', name: 'p', email: '' } }],
    ['an agent', { by: { actor: 'agent', name: 'p', email: '' } }],
  ] as const)('refuses an approval of or by %s', (_what, overrides) => {
    expect(() =>
      after(planned('one'), built('one', 'a'), tested('a'), reviewed('a'), approval('a', overrides)),
    ).toThrow(/not possible/);
  });

  it('refuses promotion without approval', () => {
    expect(() => after(planned('one'), built('one', 'a'), tested('a'), reviewed('a'), promoted('a'))).toThrow(
      /not possible/,
    );
  });

  it('lets no untested diff through unless the user said that tests are not required', () => {
    expect(after(planned('one'), built('one', 'a'), tested('a', true, false)).phase).toBe('deciding');
    const relaxed = [
      created({ testsRequired: false }),
      passed,
      planned('one'),
      built('one', 'a'),
      tested('a', true, false),
    ];
    expect(replayEvents(relaxed).phase).toBe('reviewing');
    expect(replayEvents([...relaxed, reviewed('a')]).phase).toBe('awaiting-approval');
    const red = [created({ testsRequired: false }), passed, planned('one'), built('one', 'a'), tested('a', false)];
    expect(replayEvents(red).phase).toBe('deciding');
  });

  it('looks for itself, whatever led to where the goal is', () => {
    const waiting = after(planned('one'), built('one', 'a'), tested('a'), reviewed('a'));
    const { tests, review } = waiting;
    if (!tests || !review) throw new Error('there is nothing to look at');
    const other = { diffSha256: digest('b') };
    expect(hasTestResult.refuse({ ...waiting, tests: { ...tests, ...other } }, {})).toMatch(/no test result/);
    const { data } = approval('a') as Extract<GoalEvent, { type: 'approval.recorded' }>;
    expect(isHumanApprovalOfThisDiff.refuse(waiting, data)).toBeUndefined();
    const elsewhere = { ...waiting, review: { ...review, ...other } };
    expect(isHumanApprovalOfThisDiff.refuse(elsewhere, data)).toMatch(/no approving review/);

    const about = { diffSha256: digest('a') };
    const recorded = data.approval;
    expect(isApproved.refuse({ ...waiting, approvals: [recorded] }, about)).toBeUndefined();
    const rejected = { ...recorded, decision: 'rejected' } as const;
    const byPolicy = { ...recorded, by: { ...recorded.by, actor: 'policy' } } as const;
    expect(isApproved.refuse({ ...waiting, approvals: [rejected, byPolicy] }, about)).toMatch(/no human approved/);
  });
});

describe('work that went wrong', () => {
  const red = [planned('one'), built('one', 'a'), tested('a', false)];

  it('can be revised or planned again, as often as the limits allow', () => {
    expect(legalHandoffs(after(...red))).toEqual(['builder', 'planner', 'escalate']);
    const revised = after(...red, revision, built('one', 'b', { revision: 1 }), tested('b', false));
    expect(legalHandoffs(revised)).toEqual(['planner', 'escalate']);
    expect(() => advance(revised, revision)).toThrow(/revisions of this subtask are used up/);
    const replanned = [
      { type: 'replan.started', data: { reason: '' } } as const,
      planned('one'),
      built('one', 'c'),
      tested('c', false),
    ].reduce(advance, revised);
    expect(legalHandoffs(replanned)).toEqual(['builder', 'escalate']);
  });

  it('goes back when the builder changed nothing', () => {
    expect(after(planned('one'), built('one', 'a', { empty: true }))).toMatchObject({
      phase: 'deciding',
      problem: 'The builder changed nothing.',
    });
    expect(after(...red, revision, built('one', 'a', { revision: 1 })).phase).toBe('deciding');
  });

  it('goes back when the reviewer asks for it, and ends when the reviewer or a human rejects', () => {
    const green = [planned('one'), built('one', 'a'), tested('a')];
    expect(after(...green, reviewed('a', 'revise')).phase).toBe('deciding');
    expect(after(...green, reviewed('a', 'reject'))).toMatchObject({
      phase: 'rejected',
      end: { code: 'review-rejected' },
    });
    expect(after(...green, reviewed('a'), approval('a', { decision: 'rejected' }))).toMatchObject({
      phase: 'rejected',
      end: { code: 'approval-rejected' },
    });
  });
});

describe('a subtask that is an asset', () => {
  const ready = [offered, plannedAsset()];

  it('goes the same way as any other once the asset was applied', () => {
    const state = after(...ready, assetApplied('a'), tested('a'), reviewed('a'), approval('a'), promoted('a'));
    expect(state).toMatchObject({ phase: 'done', applied: [{ subtask: 'one', asset }] });
    expect(() => after(...ready, assetApplied('a'), reviewed('a'))).toThrow(/not possible/);
    expect(() => after(...ready, assetApplied('a'), tested('b'))).toThrow(/for the diff b+/);
  });

  it('is handed to nobody before the asset was applied, and built by no model in its place', () => {
    expect(legalHandoffs(after(...ready))).toEqual([]);
    expect(pendingAsset(after(...ready))).toEqual(asset);
    expect(() => after(...ready, built('one', 'a'))).toThrow(/asset swap has to be applied first/);
  });

  it('must be one that was offered, and is applied as it was planned', () => {
    expect(() => after(plannedAsset())).toThrow(/was not offered/);
    expect(() => after(offered, plannedAsset({ ...asset, version: '2.0.0' }))).toThrow(/was not offered/);
    expect(() => after(offered, plannedAsset({ ...asset, digest: digest('e') }))).toThrow(/was not offered/);
    const other = { ...asset, options: { deep: true } };
    expect(() => after(...ready, assetApplied('a', { use: other }))).toThrow(/the planned one is swap@1.0.0/);
    expect(() => after(planned('one'), assetApplied('a'))).toThrow(/waits for no asset/);
  });

  it.each([
    ['changed nothing', assetApplied('a', { changed: 0 }), /changed nothing: it left 2 places alone/],
    ['could not be applied', assetRefused, /It is another one/],
  ])('goes back to the planner alone when it %s', (_what, event, problem) => {
    const state = after(...ready, event);
    expect(state).toMatchObject({ phase: 'deciding', problem: expect.stringMatching(problem) as string });
    expect(legalHandoffs(state)).toEqual(['planner', 'escalate']);
    expect(() => advance(state, revision)).toThrow(/only another plan can help/);
    const again = [{ type: 'replan.started', data: { reason: '' } } as const, planned('one')].reduce(advance, state);
    expect(legalHandoffs(again)).toEqual(['builder']);
  });

  it('can be mended by the builder when its tests fail', () => {
    const red = after(...ready, assetApplied('a'), tested('a', false));
    expect(legalHandoffs(red)).toEqual(['builder', 'planner', 'escalate']);
    const mended = [revision, built('one', 'b', { revision: 1 }), tested('b'), reviewed('b')].reduce(advance, red);
    expect(mended.phase).toBe('awaiting-approval');
  });

  it('is planned again when the plan names what was not offered', () => {
    const state = after(offered, { type: 'plan.refused', data: { problem: 'There is no asset "swoop".', ...handoff } });
    expect(state).toMatchObject({ phase: 'deciding', problem: 'There is no asset "swoop".' });
    expect(legalHandoffs(state)).toEqual(['planner', 'escalate']);
  });
});

describe('lint findings', () => {
  const linted = (mode: 'report' | 'fail', newCount: number, ran = true): GoalEvent => {
    const event = tested('a', true, ran) as Extract<GoalEvent, { type: 'tests.finished' }>;
    const lint = { mode, fileCount: 1, newCount, findings: [], oldCount: 0, skipped: [], error: null };
    return { ...event, data: { ...event.data, tests: { ...event.data.tests, lint } } };
  };

  it('go to the reviewer, and stop nothing by themselves', () => {
    expect(after(planned('one'), built('one', 'a'), linted('report', 3)).phase).toBe('reviewing');
  });

  it('fail the tests where that is wanted, whoever says that they passed', () => {
    expect(after(planned('one'), built('one', 'a'), linted('fail', 1)).phase).toBe('deciding');
    expect(after(planned('one'), built('one', 'a'), linted('fail', 0)).phase).toBe('reviewing');
    const untested = [created({ testsRequired: false }), passed, planned('one'), built('one', 'a')];
    expect(replayEvents([...untested, linted('fail', 1, false)]).phase).toBe('deciding');
  });
});

it('moves to another repository from where it is, and goes on as before', () => {
  const moved = (from: string, to: string): GoalEvent => ({
    type: 'run.moved',
    data: { from: { worker: 'a', repository: from }, to: { worker: 'b', repository: to } },
  });
  const before = after(planned('one'), built('one', 'a'), tested('a'), reviewed('a'));
  expect(() => advance(before, moved('/elsewhere', '/s'))).toThrow('it is in /r, not in /elsewhere');
  const there = advance(before, moved('/r', '/s'));
  expect(there).toEqual({ ...before, created: { ...before.created, repository: '/s' } });
  expect(advance(there, moved('/s', '/r'))).toEqual(before);
});

it('names the limit that is used up', () => {
  const state = after(planned('one'));
  expect(exhaustedLimit(state)).toBeUndefined();
  expect(exhaustedLimit({ ...state, usage: { ...noUsage, totalTokens: 1000 } })?.limit).toBe('tokens');
  expect(exhaustedLimit({ ...state, usage: { ...noUsage, turns: 10 } })?.limit).toBe('turns');
  expect(exhaustedLimit({ ...state, usage: { ...noUsage, elapsedMs: 600_000 } })?.limit).toBe('minutes');
});

it('is never promoted by any sequence of events without test, review and approval of the promoted diff', () => {
  const letters = fc.constantFrom('a', 'b');
  const anyEvent: fc.Arbitrary<GoalEvent> = fc.oneof(
    fc.constant(planned('one')),
    fc.constantFrom(offered, plannedAsset(), assetRefused),
    letters.map((letter) => assetApplied(letter)),
    fc.constant(revision),
    fc.constant<GoalEvent>({ type: 'replan.started', data: { reason: '' } }),
    letters.map((letter) => built('one', letter)),
    fc.tuple(letters, fc.boolean()).map(([letter, ok]) => tested(letter, ok)),
    fc
      .tuple(letters, fc.constantFrom('approve', 'revise', 'reject'))
      .map(([letter, verdict]) => reviewed(letter, verdict)),
    letters.map((letter) => approval(letter)),
    letters.map(promoted),
  );
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      let state = after();
      const happened: GoalEvent[] = [];
      for (const event of events) {
        try {
          state = advance(state, event);
          happened.push(event);
        } catch {
          continue;
        }
        if (isTerminal(state.phase)) break;
      }
      if (state.phase !== 'done') return;
      const about = state.diff?.sha256 ?? '';
      const lastBuild = happened.findLastIndex(({ type }) => type === 'build.finished' || type === 'asset.applied');
      const since = happened.slice(lastBuild + 1);
      expect(
        since.some(
          (event) => event.type === 'tests.finished' && event.data.tests.passed && event.data.diffSha256 === about,
        ),
      ).toBe(true);
      expect(
        since.some(
          (event) =>
            event.type === 'review.finished' &&
            event.data.review.verdict === 'approve' &&
            event.data.diffSha256 === about,
        ),
      ).toBe(true);
      expect(
        since.some((event) => event.type === 'approval.recorded' && event.data.approval.subject.sha256 === about),
      ).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

it('starts as nothing and can only be created', () => {
  expect(legalHandoffs(initialState)).toEqual([]);
  expect(() => advance(initialState, passed)).toThrow(/not possible/);
});
