import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import v8 from 'node:v8';
import vm from 'node:vm';
import { createTeam, type RoleModelOptions } from '../src/index.js';
import { ResponsesSource } from '../src/model/responses-source.js';
import type { Scene } from '@codex-orch/replay';
import { expect, onTestFinished, test } from 'vitest';
import { Recording } from './recording-ctx.js';
import { plan, request, responsesAt, scripted, teamOptions } from './world.js';

const thePlan = { json: plan };
const asking = (steps: Scene['steps']) => scripted({ scene: 'plan', steps });
const planWith = (model: RoleModelOptions, more: Parameters<typeof request>[1] = {}) =>
  createTeam(teamOptions(model)).handOff(request(['planner'], more));

test.each([
  ['a rate limit', { fail: { status: 429, times: 1 } }],
  ['server errors', { fail: { status: 500, times: 2 } }],
  ['a connection that is cut', { disconnect: true, times: 1 }],
  ['a malformed stream', { malformed: true, times: 1 }],
] as const)('the planner gets its answer after %s', async (_, fault) => {
  const model = await asking([fault, thePlan]);

  await expect(planWith(responsesAt(model.baseUrl))).resolves.toMatchObject({ role: 'planner', plan });
  expect(model.report().exchanges.length).toBeGreaterThan(1);
});

test('stalls are noticed though garbage is collected meanwhile', async () => {
  v8.setFlagsFromString('--expose_gc');
  const collectGarbage = vm.runInNewContext('gc') as () => void;
  // One alone may be lucky.
  for (let stalls = 0; stalls < 6; stalls += 1) {
    const model = await asking([{ stall: true }]);
    const source = new ResponsesSource({ baseUrl: model.baseUrl, apiKey: '', model: 'gpt-5.5', idleTimeoutMs: 300 });
    const question = {
      instructions: '',
      prompt: 'Plan.',
      format: { kind: 'json', name: 'plan', schema: {} },
      cwd: '/',
    } as const;
    const { signal } = new AbortController();
    const answer = source.ask(question, { attempt: 1, signal, onUsage: () => undefined });
    for (const ms of [80, 120]) setTimeout(collectGarbage, ms);
    await expect(answer).rejects.toMatchObject({ code: 'model-timeout' });
  }
});

test('a stall is noticed and the call made again', async () => {
  const model = await asking([{ stall: true, times: 1 }, thePlan]);

  await expect(planWith(responsesAt(model.baseUrl, { idleTimeoutMs: 300 }))).resolves.toMatchObject({ plan });
});

test.each([
  ['server errors', { fail: { status: 500 } }, 'model-error'],
  ['a rate limit', { fail: { status: 429 } }, 'model-rate-limited'],
  ['cut connections', { disconnect: true }, 'model-unreachable'],
  ['malformed streams', { malformed: true }, 'model-error'],
  ['stalls', { stall: true }, 'model-timeout'],
] as const)('%s without end fail after the last try', async (_, fault, code) => {
  const model = await asking([fault]);

  await expect(planWith(responsesAt(model.baseUrl, { idleTimeoutMs: 200 }))).rejects.toMatchObject({ code });
  await expect.poll(() => model.report().exchanges).toHaveLength(3);
});

test.each([
  [401, 'invalid_api_key', 'model-unauthorized'],
  [403, 'forbidden', 'model-unauthorized'],
  [400, 'invalid_request_error', 'model-error'],
  [404, 'model_not_found', 'model-error'],
  [429, 'insufficient_quota', 'model-rate-limited'],
])('HTTP %i %s is not tried again', async (status, code, expected) => {
  const model = await asking([{ fail: { status, code } }]);

  await expect(planWith(responsesAt(model.baseUrl))).rejects.toMatchObject({
    code: expected,
    message: expect.stringContaining(code) as string,
  });
  expect(model.report().exchanges).toHaveLength(1);
});

test('a call that goes on too long ends at its time limit, and is not made again', async () => {
  const model = await asking([{ delayMs: 60_000 }, thePlan]);

  await expect(planWith(responsesAt(model.baseUrl, { timeoutMs: 200 }))).rejects.toMatchObject({
    code: 'model-timeout',
  });
});

test('an empty answer is no success', async () => {
  const model = await asking([{ say: '' }]);

  await expect(planWith(responsesAt(model.baseUrl))).rejects.toMatchObject({ code: 'model-no-answer' });
});

test('a model that cannot be reached is reported as such', async () => {
  const model = await asking([thePlan]);
  await model.close();

  await expect(planWith(responsesAt(model.baseUrl))).rejects.toMatchObject({
    code: 'model-unreachable',
    message: expect.stringContaining('ECONNREFUSED') as string,
  });
});

test('an abort ends a stalled call with the reason of the abort, and nothing is recorded', async () => {
  const model = await asking([{ stall: true }]);
  const recording = new Recording();
  const controller = new AbortController();
  const reason = new Error('stopped by the user');
  const ctx = recording.run(controller.signal);
  const stalled = planWith(responsesAt(model.baseUrl), {
    ctx: {
      ...ctx,
      step: (name, fn, options) => {
        setImmediate(() => {
          controller.abort(reason);
        });
        return ctx.step(name, fn, options);
      },
    },
  });

  await expect(stalled).rejects.toBe(reason);
  expect(recording.steps).toEqual([]);
});

/** A server for what the stand-in does not do. */
async function serving(status: number, headers: Record<string, string>, body: string) {
  let requests = 0;
  const server = createServer((req, res) => {
    requests += 1;
    req.resume();
    res.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests: () => requests };
}

test('a wait longer than the limit fails at once instead', async () => {
  const model = await serving(429, { 'retry-after': '3600' }, '{"error":{"message":"slow down"}}');

  await expect(planWith(responsesAt(model.baseUrl))).rejects.toMatchObject({
    code: 'model-rate-limited',
    retryAfterMs: 3_600_000,
  });
  expect(model.requests()).toBe(1);
});

test('a redirect is not followed: it would carry the prompt elsewhere', async () => {
  const elsewhere = await serving(200, {}, '');
  const model = await serving(307, { location: `${elsewhere.baseUrl}/responses` }, '');

  await expect(planWith(responsesAt(model.baseUrl))).rejects.toMatchObject({ code: 'model-unreachable' });
  expect(elsewhere.requests()).toBe(0);
});

test('an error that repeats the key is shown without it', async () => {
  const model = await serving(401, {}, '{"error":{"message":"Incorrect API key provided: sk-test"}}');

  await expect(planWith(responsesAt(model.baseUrl))).rejects.toMatchObject({
    message: expect.stringMatching(/provided: \*\*\*$/) as string,
  });
});

const stream = (...events: object[]) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const used = { input_tokens: 40, output_tokens: 2, total_tokens: 42 };

test.each([
  ['a stream that ends early', stream({ type: 'response.created' }), 'model-unreachable'],
  [
    'a refusal',
    stream(
      {
        type: 'response.output_item.done',
        item: { type: 'message', content: [{ type: 'refusal', refusal: 'I will not.' }] },
      },
      { type: 'response.completed', response: {} },
    ),
    'model-no-answer',
  ],
  [
    'an answer cut at its length',
    stream({ type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } }),
    'model-no-answer',
  ],
  [
    'a failure in the stream',
    stream({ type: 'response.failed', response: { error: { code: 'server_error', message: 'oops' } } }),
    'model-error',
  ],
  [
    'a rate limit in the stream',
    stream({ type: 'error', code: 'rate_limit_exceeded', message: 'slow down' }),
    'model-rate-limited',
  ],
])('%s is no answer', async (_, body, code) => {
  const model = await serving(200, { 'content-type': 'text/event-stream' }, body);

  await expect(planWith(responsesAt(model.baseUrl))).rejects.toMatchObject({ code });
});

test('tokens that a failed call cost are reported', async () => {
  const model = await serving(
    200,
    {},
    stream({ type: 'response.failed', response: { error: { code: 'invalid_prompt' }, usage: used } }),
  );
  const asked = request(['planner']);

  await expect(createTeam(teamOptions(responsesAt(model.baseUrl))).handOff(asked)).rejects.toMatchObject({
    code: 'model-error',
  });
  expect(asked.spent).toEqual([
    { role: 'planner', usage: { inputTokens: 40, cachedInputTokens: 0, outputTokens: 2, totalTokens: 42 } },
  ]);
});

test('a base URL that is none is refused when the team is made', () => {
  expect(() => createTeam(teamOptions(responsesAt('api.openai.com')))).toThrow('is no http or https URL');
});
