import type { Approval } from '../src/approval/approval.js';
import { type Diff, type GoalEvent, noUsage } from '../src/goal/events.js';

export const digest = (letter: string): string => letter.repeat(64);
export const handoff = { chosenBy: 'only-legal', usage: noUsage } as const;

/** The events of a goal of one run, about diffs that are told apart by a letter. */
export const created = (overrides: object = {}): GoalEvent => ({
  type: 'run.created',
  data: {
    runId: 'R',
    taskId: 'adhoc',
    goal: 'do it',
    repository: '/r',
    base: { commit: 'c', branch: 'main' },
    limits: { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 },
    testsRequired: true,
    version: '0.1.0',
    ...overrides,
  },
});
export const passed: GoalEvent = {
  type: 'preflight.passed',
  data: {
    mode: { requested: 'auto', used: 'app-server', reason: '' },
    codex: { version: '1', driver: 'app-server', path: '/codex' },
    model: { codex: null, roles: 'm', provider: 'p' },
    testCommands: [['npm', 'test']],
    notes: [],
  },
};
export const planned = (...ids: string[]): GoalEvent => ({
  type: 'plan.accepted',
  data: {
    plan: { summary: 's', subtasks: ids.map((id) => ({ id, title: id, instructions: id, paths: [] })) },
    ...handoff,
  },
});
export const diff = (letter: string, empty = false): Diff => ({
  tree: letter,
  sha256: digest(letter),
  bytes: 1,
  files: empty ? [] : [{ path: 'a', status: 'added', added: 1, removed: 0 }],
});
export const built = (subtask: string, letter: string, { empty = false, revision = 0 } = {}): GoalEvent => ({
  type: 'build.finished',
  data: {
    subtask,
    revision,
    build: { status: 'completed', threadId: 't', text: '', error: null },
    diff: diff(letter, empty),
    ...handoff,
  },
});
export const tested = (letter: string, ok = true, ran = true): GoalEvent => ({
  type: 'tests.finished',
  data: {
    diffSha256: digest(letter),
    tests: {
      passed: ok && ran,
      reason: ran ? null : 'none found',
      commands: ran
        ? [
            {
              command: ['t'],
              exitCode: ok ? 0 : 1,
              timedOut: false,
              durationMs: 1,
              counts: null,
              log: 'tests/1.log',
              tail: '',
            },
          ]
        : [],
    },
    ...handoff,
  },
});
export const reviewed = (letter: string, verdict: 'approve' | 'revise' | 'reject' = 'approve'): GoalEvent => ({
  type: 'review.finished',
  data: { diffSha256: digest(letter), review: { verdict, summary: 'r', findings: [] }, ...handoff },
});
export const approval = (letter: string, overrides: Partial<Approval> = {}): GoalEvent => ({
  type: 'approval.recorded',
  data: {
    approval: {
      subject: { kind: 'diff', id: 'R', sha256: digest(letter) },
      decision: 'approved',
      by: { actor: 'human', name: 'A', email: 'a@example.org' },
      at: '2026-01-01T00:00:00.000Z',
      channel: 'cli',
      justification: '',
      ...overrides,
    },
  },
});
export const promoted = (letter: string): GoalEvent => ({
  type: 'promoted',
  data: { commit: 'x', diffSha256: digest(letter) },
});
