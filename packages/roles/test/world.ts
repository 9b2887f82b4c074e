import type {
  AssetOffer,
  CodexCapabilities,
  Briefing,
  Handoff,
  HandoffRequest,
  TestReport,
  TokenUsage,
} from '@codex-orch/core';
import type { RoleModelOptions, TeamOptions } from '../src/index.js';
import { type ReplayServer, type Scene, startReplay } from '@codex-orch/replay';
import { onTestFinished } from 'vitest';
import { Recording } from './recording-ctx.js';

export const passing: TestReport = {
  passed: true,
  commands: [
    {
      command: ['npm', 'test'],
      exitCode: 0,
      timedOut: false,
      durationMs: 5,
      counts: null,
      log: 'tests/1-1.log',
      tail: 'ok',
    },
  ],
  reason: null,
};

export const plan = {
  summary: 'One change.',
  subtasks: [{ id: 'greet', title: 'Greet', instructions: 'Write a greeting.', paths: ['greet.txt'] }],
};

/** An asset that a planner may use. */
export const offer: AssetOffer = {
  id: 'greet-politely',
  version: '1.0.0',
  kind: 'codemod',
  title: 'Greets politely',
  whenToUse: 'Where greetings are rude.',
  optionsSchema: { type: 'object', properties: { language: { type: 'string' } }, additionalProperties: false },
  risk: 'low',
  digest: 'a'.repeat(64),
};

/** The plan with an asset for its subtask. */
export const planWith = (asset: { id?: string; version?: string | null; options?: string }) => ({
  ...plan,
  subtasks: plan.subtasks.map((subtask) => ({
    ...subtask,
    asset: { id: offer.id, version: null, options: '{}', ...asset },
  })),
});

export const approval = { verdict: 'approve', summary: 'Fine.', findings: [] };

export const briefing = (more: Partial<Briefing> = {}): Briefing => ({
  goal: 'Say hello to the world',
  cwd: '/nowhere',
  plan: undefined,
  subtask: undefined,
  revision: 0,
  threadId: undefined,
  tests: undefined,
  review: undefined,
  problem: undefined,
  offers: [],
  applied: [],
  readDiff: () => Promise.resolve('+hello'),
  listFiles: () => Promise.resolve('greet.txt'),
  ...more,
});

/** Starts a model that follows the scenes, for the length of the test. */
export async function scripted(...script: Scene[]): Promise<ReplayServer> {
  const server = await startReplay({ script });
  onTestFinished(() => server.close());
  return server;
}

/** A model of the team at this address, quick to try again. */
export const responsesAt = (
  baseUrl: string,
  more: { timeoutMs?: number; idleTimeoutMs?: number } = {},
): RoleModelOptions => ({
  kind: 'responses',
  baseUrl,
  apiKey: 'sk-test',
  model: 'gpt-5.5',
  retry: { attempts: 3, firstDelayMs: 1, maxDelayMs: 2 },
  ...more,
});

const everything: CodexCapabilities = {
  approvals: true,
  durableApprovals: true,
  resume: true,
  liveDiff: true,
  steer: true,
  outputSchema: true,
  multiThread: true,
};

/** A team whose builder must not be asked. */
export const teamOptions = (model: RoleModelOptions): TeamOptions => ({
  model,
  builder: { driver: { capabilities: everything, open: () => Promise.reject(new Error('no builder in this test')) } },
  runTests: () => Promise.resolve(passing),
});

export interface Spent {
  readonly role: Handoff | 'manager';
  readonly usage: TokenUsage;
}

/** A request, with what is spent on it. */
export function request(
  legal: readonly Handoff[],
  more: Partial<HandoffRequest> = {},
): HandoffRequest & { readonly spent: Spent[] } {
  const spent: Spent[] = [];
  return {
    legal,
    briefing: briefing(),
    ctx: new Recording().run(),
    chosen: () => Promise.resolve(),
    spend: (role, usage) => {
      spent.push({ role, usage });
    },
    spent,
    ...more,
  };
}
