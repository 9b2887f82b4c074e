import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CodexSession, RunTurnOptions } from '@codex-orch/core';
import { type BuilderOptions, createTeam } from '../src/index.js';
import { expect, test } from 'vitest';
import { appServer, codexAt } from './codex-world.js';
import { Recording } from './recording-ctx.js';
import { briefing, plan, request, responsesAt, scripted, teamOptions } from './world.js';

const subtask = plan.subtasks[0];
const patch = '*** Begin Patch\n*** Add File: greet.txt\n+hello\n*** End Patch';
const built = {
  scene: 'build',
  when: { input: 'You are the builder.*Say hello.*Write a greeting' },
  steps: [{ applyPatch: patch }, { say: 'I added a greeting.' }],
};

const teamWith = (baseUrl: string, builder: BuilderOptions) =>
  createTeam({ ...teamOptions(responsesAt(baseUrl)), builder });

test('the builder changes the work tree through Codex and reports the turn', async () => {
  const model = await scripted(built);
  const world = await codexAt(model.baseUrl);
  const events: string[] = [];
  const asked = request(['builder'], { briefing: briefing({ cwd: world.cwd, subtask }) });

  const outcome = await teamWith(model.baseUrl, {
    driver: appServer(world),
    onEvent: ({ type }) => events.push(type),
    beforeTurn: () => Promise.reject(new Error('nothing to put back')),
  }).handOff(asked);

  expect(outcome).toMatchObject({
    role: 'builder',
    build: { status: 'completed', text: 'I added a greeting.', error: null },
  });
  expect(await readFile(path.join(world.cwd, 'greet.txt'), 'utf8')).toBe('hello\n');
  expect(events).toContain('patch');
  expect(asked.spent).toEqual([
    { role: 'builder', usage: expect.objectContaining({ totalTokens: expect.any(Number) as number }) as never },
  ]);
  expect(asked.spent[0]?.usage.totalTokens).toBeGreaterThan(0);
});

test('a request to leave the sandbox goes to the approval desk', async () => {
  const model = await scripted({
    scene: 'ask',
    steps: [{ escalate: { command: 'touch asked', justification: 'I want to.' } }, { say: 'Then not.' }],
  });
  const world = await codexAt(model.baseUrl);
  const requests: unknown[] = [];

  const outcome = await teamWith(model.baseUrl, {
    driver: appServer(world),
    onApproval: (asked) => {
      requests.push(asked);
      return Promise.resolve('deny');
    },
  }).handOff(request(['builder'], { briefing: briefing({ cwd: world.cwd, subtask }) }));

  expect(requests).toEqual([
    expect.objectContaining({
      kind: 'command',
      command: expect.stringContaining('touch asked') as string,
      reason: 'I want to.',
    }),
  ]);
  expect(outcome).toMatchObject({ build: { status: 'completed', text: 'Then not.' } });
});

test('a Codex that dies is started again, and the thread goes on', async () => {
  const model = await scripted(
    { scene: 'resumed', when: { input: 'Your last turn was cut off' }, steps: [{ say: 'Finished after all.' }] },
    { scene: 'first', steps: [{ shell: 'echo one' }, { stall: true }] },
  );
  const world = await codexAt(model.baseUrl);
  const driver = appServer(world);
  const recording = new Recording();

  const outcome = await teamWith(model.baseUrl, {
    driver,
    onEvent: ({ type }) => {
      if (type === 'command.finished') for (const pid of driver.pids) process.kill(pid, 'SIGKILL');
    },
  }).handOff(request(['builder'], { briefing: briefing({ cwd: world.cwd, subtask }), ctx: recording.run() }));

  expect(outcome).toMatchObject({ build: { status: 'completed', text: 'Finished after all.' } });
  const [first, second] = recording.steps.map(
    ({ result }) => (JSON.parse(result ?? '') as { report: { status: string; threadId: string } }).report,
  );
  expect(first?.status).toBe('crashed');
  expect(second?.threadId).toBe(first?.threadId);
});

test('a Codex that dies again is reported as crashed', async () => {
  const model = await scripted({ scene: 'deadly', steps: [{ shell: 'echo one' }, { stall: true }] });
  const world = await codexAt(model.baseUrl);
  const driver = appServer(world);

  const outcome = await teamWith(model.baseUrl, {
    driver,
    crashRetries: 0,
    onEvent: ({ type }) => {
      if (type === 'command.finished') for (const pid of driver.pids) process.kill(pid, 'SIGKILL');
    },
  }).handOff(request(['builder'], { briefing: briefing({ cwd: world.cwd, subtask }) }));

  expect(outcome).toMatchObject({ build: { status: 'crashed', error: { code: 'codex-crashed' } } });
});

test('a model failure is in the report, not an error of the team', async () => {
  const model = await scripted({ scene: 'down', steps: [{ fail: { status: 429, message: 'slow down' } }] });
  const world = await codexAt(model.baseUrl);

  const outcome = await teamWith(model.baseUrl, { driver: appServer(world) }).handOff(
    request(['builder'], { briefing: briefing({ cwd: world.cwd, subtask }) }),
  );

  expect(outcome).toMatchObject({ build: { status: 'failed', error: { code: 'model-rate-limited' } } });
});

test('a turn that was cut off with the orchestrator runs again on a restored tree, and the prompt says so', async () => {
  const model = await scripted({
    scene: 'again',
    when: { input: 'An earlier try was cut off' },
    steps: [{ say: 'Done.' }],
  });
  const world = await codexAt(model.baseUrl);
  const restored: string[] = [];

  const outcome = await teamWith(model.baseUrl, {
    driver: appServer(world),
    beforeTurn: ({ key }) => {
      restored.push(key);
      return Promise.resolve();
    },
  }).handOff(
    request(['builder'], { briefing: briefing({ cwd: world.cwd, subtask }), ctx: new Recording().run(undefined, 2) }),
  );

  expect(outcome).toMatchObject({ build: { text: 'Done.' } });
  expect(restored).toEqual(['run-1:0:builder.turn']);
});

test('the driver is told which step of the run a turn is, and which try at it', async () => {
  const steps: unknown[] = [];
  const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, totalTokens: 0 };
  const session = {
    threadId: 'thread',
    run: (_prompt: string, options: RunTurnOptions = {}) => {
      steps.push(options.step);
      return Promise.resolve({
        threadId: 'thread',
        status: steps.length === 1 ? 'crashed' : 'completed',
        text: '',
        usage,
      });
    },
    interrupt: () => Promise.resolve(),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  } as CodexSession;
  const driver = {
    ...teamOptions(responsesAt('http://127.0.0.1:1')).builder.driver,
    open: () => Promise.resolve(session),
  };

  await teamWith('http://127.0.0.1:1', { driver }).handOff(
    request(['builder'], { briefing: briefing({ subtask }), ctx: new Recording().run(undefined, 2) }),
  );

  expect(steps).toEqual([
    { key: 'run-1:0:builder.turn', attempt: 2 },
    { key: 'run-1:1:builder.turn', attempt: 2 },
  ]);
});

test('a turn that the orchestrator stopped is not recorded, so that it runs again on resume', async () => {
  const model = await scripted({ scene: 'long', steps: [{ shell: 'echo one' }, { stall: true }] });
  const world = await codexAt(model.baseUrl);
  const recording = new Recording();
  const controller = new AbortController();
  const reason = new Error('engine stops');

  const handOff = teamWith(model.baseUrl, {
    driver: appServer(world),
    onEvent: ({ type }) => {
      if (type === 'command.finished') controller.abort(reason);
    },
  }).handOff(
    request(['builder'], { briefing: briefing({ cwd: world.cwd, subtask }), ctx: recording.run(controller.signal) }),
  );

  await expect(handOff).rejects.toBe(reason);
  expect(recording.steps).toEqual([]);
});
