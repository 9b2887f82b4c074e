import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Scene, startReplay, type Step } from '../src/index.js';
import { ask, gist, post, refusal } from './ask.js';
import { codexBinaries, codexExec, temporaryFolder } from './codex.js';

const one = (...steps: Step[]): { script: Scene[] } => ({ script: [{ scene: 'only', steps }] });

test('a failure with times gives way to the next step, one without does not', async () => {
  await using passing = await startReplay(
    one({ fail: { status: 429, code: 'rate_limit_exceeded', message: 'slow down', times: 2 } }, { say: 'ok' }),
  );
  const { status, error } = await refusal(passing, { input: 'go' });
  expect([status, error.code, error.message]).toEqual([429, 'rate_limit_exceeded', 'slow down']);
  expect((await refusal(passing, { input: 'go' })).status).toBe(429);
  expect(gist(await ask(passing, { input: 'go' }))).toEqual(['ok']);

  await using lasting = await startReplay(one({ fail: { status: 401 } }, { say: 'never' }));
  for (let n = 0; n < 3; n += 1) expect((await refusal(lasting, { input: 'go' })).status).toBe(401);
});

test('a stalled stream begins and is silent until the client goes', async () => {
  const seen = new EventEmitter();
  const exchange = once(seen, 'exchange');
  await using server = await startReplay({
    ...one({ stall: true }),
    onExchange: ({ scene }) => seen.emit('exchange', scene),
  });
  const client = new AbortController();
  const response = await fetch(`${server.baseUrl}/responses`, {
    method: 'POST',
    body: '{"input":"go","stream":true}',
    signal: client.signal,
  });
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(Buffer.from(first?.value ?? []).toString()).toContain('response.created');

  client.abort();
  expect(await exchange).toEqual(['only']);
});

test('closing the server ends a stalled request', async () => {
  const server = await startReplay(one({ stall: true }));
  const response = await post(server, { input: 'go', stream: true });
  const rest = response.text();
  await Promise.all([server.close(), expect(rest).rejects.toThrow()]);
});

test('aborting the signal closes the server', async () => {
  const controller = new AbortController();
  const server = await startReplay({ ...one({ stall: true }), signal: controller.signal });
  const response = await post(server, { input: 'go', stream: true });
  controller.abort();
  await expect(response.text()).rejects.toThrow();
  await server.close();
  await expect(post(server, { input: 'go' })).rejects.toThrow();
});

test('a cut stream breaks off after what was said, and a malformed one does not parse', async () => {
  await using cut = await startReplay(one({ say: 'first' }, { disconnect: true }));
  const response = await post(cut, { input: 'go', stream: true });
  await expect(response.text()).rejects.toThrow();
  await expect(ask(cut, { input: 'go' })).rejects.toThrow();

  await using malformed = await startReplay(one({ malformed: true }));
  expect(await (await post(malformed, { input: 'go', stream: true })).text()).not.toContain('response.completed');
  await expect(ask(malformed, { input: 'go' })).rejects.toThrow(SyntaxError);
});

test('a delayed step is answered in the same response', async () => {
  await using server = await startReplay(one({ say: 'a' }, { delayMs: 1 }, { say: 'b' }));
  expect(gist(await ask(server, { input: 'go' }))).toEqual(['a', 'b']);
  expect(await (await post(server, { input: 'go', stream: true })).text()).toMatch(
    /"delta":"a"[\s\S]*"delta":"b"[\s\S]*response\.completed/,
  );
});

test('a WebSocket is turned away, so that Codex falls back to plain HTTP', async () => {
  const { request } = await import('node:http');
  await using server = await startReplay(one({ say: 'x' }));
  const upgrade = request(`${server.baseUrl}/responses`, { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
  upgrade.end();
  const [response] = (await once(upgrade, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(426);
});

test('Codex recovers from a server error, a cut and a malformed stream', async () => {
  await using folder = await temporaryFolder('faults');
  await using server = await startReplay(
    one(
      { fail: { status: 500, times: 1 } },
      { disconnect: true, times: 1 },
      { malformed: true, times: 1 },
      { say: 'made it' },
    ),
  );

  const { exitCode, events, stderr } = await codexExec(codexBinaries['0.169'], server.baseUrl, {
    home: path.join(folder.path, 'home'),
    cwd: path.join(folder.path, 'work'),
    prompt: 'go',
  });

  expect(exitCode, stderr).toBe(0);
  expect(events.map((event) => (event['item'] as { text?: string } | undefined)?.text)).toContain('made it');
  expect(server.report().exchanges).toHaveLength(4);
}, 60_000);
