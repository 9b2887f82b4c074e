import { readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeRepository } from '../../test/git-fixture.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { AssetChangedError } from '../asset/errors.js';
import type { ApplyAsset, AssetLibrary } from '../asset/asset-library.js';
import type { AssetOffer } from '../asset/asset-offer.js';
import { JournalEngine } from '../engine/index.js';
import type { HandoffOutcome, HandoffRequest } from '../role/team.js';
import { newRunId, RunLayout, RunStore, verifyRun } from '../run/index.js';
import { createWorkspace, openRepository, Workspace } from '../workspace/index.js';
import { createGoalWorkflow, type GoalInput } from './goal-workflow.js';
import type { GoalState } from './state.js';

const offer: AssetOffer = {
  id: 'swap',
  version: '1.0.0',
  kind: 'codemod',
  title: 'Swap',
  whenToUse: 'To swap.',
  optionsSchema: { type: 'object', properties: { to: { type: 'string' } }, additionalProperties: false },
  risk: 'low',
  digest: 'd'.repeat(64),
};

const outOf = (role: 'planner' | 'builder' | 'tester' | 'reviewer' | 'escalate', id = 'swap'): HandoffOutcome => {
  const taken = { chosenBy: 'only-legal', reason: undefined } as const;
  const asset = { id, version: null, options: '{"to":"new"}' };
  switch (role) {
    case 'planner':
      return {
        role,
        plan: { summary: 's', subtasks: [{ id: 'one', title: 'One', instructions: 'Do it.', paths: [], asset }] },
        ...taken,
      };
    case 'builder':
      return { role, build: { status: 'completed', threadId: 't', text: '', error: null }, ...taken };
    case 'tester':
      return { role, tests: { passed: false, commands: [], reason: 'none' }, ...taken };
    case 'reviewer':
      return { role, review: { verdict: 'approve', summary: 'Good.', findings: [] }, ...taken };
    case 'escalate':
      return { role, message: 'No way.', ...taken };
  }
};

/** A goal in a repository with two files that both say "old". */
async function world() {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'repo');
  makeRepository(root, { 'a.txt': 'old\n', 'b.txt': 'old\n' });
  const repository = await openRepository(root);
  const layout = new RunLayout(root);
  const location = layout.place('adhoc', newRunId());
  await layout.make(location);
  const input: GoalInput = {
    runId: location.runId,
    taskId: 'adhoc',
    goal: 'swap old for new',
    repository: root,
    base: repository.head,
    limits: { tokens: 1000, turns: 100, minutes: 10, revisions: 1, replans: 0 },
    testsRequired: false,
    version: '0',
  };
  const dir = path.join(folder, 'workspace');
  const requests: HandoffRequest[] = [];
  let plans = 'swap';

  /** Runs the goal, or goes on with it, until it rests or is stopped. */
  const run = async (apply: AssetLibrary['apply'], stop?: Promise<unknown>): Promise<GoalState> => {
    const engine = new JournalEngine(layout);
    const workflow = createGoalWorkflow({
      openStore: () => RunStore.open(location),
      openWorkspace: async () =>
        (await readdir(dir).catch(() => [])).length > 0
          ? Workspace.open(dir)
          : createWorkspace({ repository, commit: repository.head.commit, dir }),
      preflight: () =>
        Promise.resolve({
          ok: true,
          facts: {
            mode: { requested: 'auto', used: 'none', reason: '' },
            codex: { version: '0', driver: 'none', path: '/' },
            model: { codex: null, roles: 'm', provider: 'p' },
            testCommands: [],
            notes: [],
          },
          offers: [offer],
        }),
      assets: { apply },
      openTeam: () =>
        Promise.resolve({
          handOff: async (request: HandoffRequest) => {
            requests.push(request);
            const role = request.legal.includes('escalate') ? 'escalate' : (request.legal[0] as 'planner');
            await request.chosen({ role, chosenBy: 'only-legal', reason: undefined });
            return outOf(role, plans);
          },
          [Symbol.asyncDispose]: () => Promise.resolve(),
        }),
    });
    engine.register(workflow);
    try {
      if ((await readdir(location.dir)).includes('journal.jsonl')) await engine.resume(input.runId);
      else await engine.run(workflow, input, { id: input.runId });
      const settled = engine.settled(input.runId).catch(() => undefined);
      await Promise.race(stop ? [settled, stop] : [settled]);
    } finally {
      await engine.stop();
    }
    await using store = await RunStore.open(location);
    return store.state;
  };
  return {
    run,
    requests,
    tree: path.join(dir, 'tree'),
    planWith: (id: string) => (plans = id),
    events: () =>
      readFileSync(path.join(location.dir, 'events.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type),
    diff: () => readFileSync(path.join(location.dir, 'diff.patch'), 'utf8'),
    verify: () => verifyRun(location),
  };
}

const swapIn = (root: string, file: string, to: unknown): void => {
  const whole = path.join(root, file);
  writeFileSync(whole, readFileSync(whole, 'utf8').replace('old', String(to)));
};

const applied = ({ key, digest }: ApplyAsset) => ({
  applicationId: key,
  digest,
  changed: ['a.txt', 'b.txt'],
  declined: [{ path: 'a.txt', line: 1, column: 1, reason: 'not-sure', message: 'I am not sure.' }],
  failures: [],
});

const swap: AssetLibrary['apply'] = (use) => {
  for (const file of ['a.txt', 'b.txt']) swapIn(use.root, file, use.options['to']);
  return Promise.resolve(applied(use));
};

it('does a subtask with the asset that the plan names, asks no model for it, and tells tester and reviewer', async () => {
  const { run, requests, events, diff, verify } = await world();

  const state = await run(swap);

  expect(state).toMatchObject({
    phase: 'awaiting-approval',
    applied: [{ subtask: 'one', asset: { id: 'swap', digest: offer.digest, options: { to: 'new' } } }],
  });
  expect(events().filter((type) => type !== 'artifact.recorded')).toEqual([
    'run.created',
    'preflight.passed',
    'assets.offered',
    'plan.accepted',
    'asset.applied',
    'tests.finished',
    'review.finished',
  ]);
  expect(requests.map(({ legal }) => legal)).toEqual([['planner'], ['tester'], ['reviewer']]);
  expect(requests[0]?.briefing.offers).toEqual([offer]);
  expect(requests.at(-1)?.briefing.applied).toMatchObject([{ report: { changedCount: 2, declinedCount: 1 } }]);
  expect(diff()).toContain('+new');
  expect(await verify()).toEqual([]);
});

it('begins an application that was cut off from the same files again', async () => {
  const { run, diff, tree, verify } = await world();
  let tell: (value: unknown) => void = () => undefined;
  const halfDone = new Promise((resolve) => (tell = resolve));
  const keys: string[] = [];
  const stopped = await run((use) => {
    keys.push(use.key);
    swapIn(use.root, 'a.txt', 'half');
    writeFileSync(path.join(use.root, 'left-over'), '');
    tell(undefined);
    return new Promise((_, reject) => {
      use.signal.addEventListener('abort', () => {
        reject(use.signal.reason as Error);
      });
    });
  }, halfDone);
  expect(stopped.phase).toBe('building');
  expect(readFileSync(path.join(tree, 'a.txt'), 'utf8')).toBe('half\n');

  const state = await run((use) => {
    keys.push(use.key);
    expect(readFileSync(path.join(use.root, 'a.txt'), 'utf8')).toBe('old\n');
    return swap(use);
  });

  expect(state).toMatchObject({ phase: 'awaiting-approval' });
  expect(state.diff?.files.map((file) => file.path)).toEqual(['a.txt', 'b.txt']);
  expect(diff()).not.toContain('half');
  expect(new Set(keys).size).toBe(1);
  expect(await verify()).toEqual([]);
});

it.each([
  [
    'is another one by now',
    () => Promise.reject(new AssetChangedError({ id: 'swap', wanted: '1.0.0', found: '2.0.0' })),
  ],
  ['says that it was another one', (use: ApplyAsset) => Promise.resolve({ ...applied(use), digest: 'e'.repeat(64) })],
])('gives an asset that %s back to the planner, with the files as they were', async (_what, answer) => {
  const { run, requests, events, tree } = await world();

  const state = await run((use) => {
    swapIn(use.root, 'a.txt', 'half');
    return answer(use);
  });

  expect(events()).toContain('asset.refused');
  expect(readFileSync(path.join(tree, 'a.txt'), 'utf8')).toBe('old\n');
  // No replan is left, and no builder may do it instead.
  expect(requests.at(-1)?.legal).toEqual(['escalate']);
  expect(requests.at(-1)?.briefing.problem).toContain('Asset "swap" is');
  expect(state.phase).toBe('escalated');
});

it('refuses a plan with an asset that nobody offered, and says so to whoever plans next', async () => {
  const { run, requests, events, planWith } = await world();
  planWith('swoop');

  const state = await run(swap);

  expect(
    events()
      .filter((type) => type !== 'artifact.recorded')
      .slice(-2),
  ).toEqual(['plan.refused', 'run.escalated']);
  expect(requests.at(-1)?.briefing.problem).toContain('There is no asset "swoop". There are: swap.');
  expect(state.phase).toBe('escalated');
});
