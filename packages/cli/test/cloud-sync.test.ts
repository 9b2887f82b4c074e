import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { World } from './world.js';
import { planner } from './world.js';

let world: World;
let server: Server;
let url: string;
let isDown: boolean;
let received: { key: string | undefined; body: string }[];

beforeEach(async () => {
  world = await World.make();
  isDown = false;
  received = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ key: request.headers['idempotency-key'] as string | undefined, body });
      response.writeHead(isDown ? 400 : 201).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await world[Symbol.asyncDispose]();
});

/** A run that fails at once: its planner's model refuses. */
async function failingRun(config: Parameters<World['model']>[1]): Promise<{ runId: string; err: string; out: string }> {
  await world.model([{ ...planner(), steps: [{ fail: { status: 400 } }] }], config);
  const { err, out } = await world.run('run', 'Do nothing.');
  return { runId: (await world.manifest()).runId, err, out };
}

interface Audited {
  readonly action: string;
  readonly outcome: string;
  readonly runId: string;
}

const receipts = async (): Promise<Audited[]> =>
  ((await world.run('audit', 'list', '--json')).json() as Audited[]).filter(({ action }) => action === 'cloud-sync');

it('a run that has ended is told to the sink once, with a receipt in the audit log', async () => {
  const { runId, err } = await failingRun({ cloudSync: { enabled: true, url } });
  const key = createHash('sha256').update(`adhoc${runId}`).digest('hex');
  expect(received, err).toMatchObject([{ key }]);
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ runId, state: 'failed', goal: 'Do nothing.' });
  expect(await receipts()).toMatchObject([
    { outcome: 'begun', runId },
    { outcome: 'done', runId },
  ]);
  expect((await world.run('cloud', 'sync')).code).toBe(0);
  expect(received).toHaveLength(1);
});

it('a summary that does not arrive is told by the run and by runs show, and sent by cloud sync', async () => {
  isDown = true;
  const { runId, out } = await failingRun({ cloudSync: { enabled: true, url } });
  expect(out).toMatch(/Summary .*not sent after 1 try: .*HTTP 400/);
  expect((await world.run('runs', 'show')).out).toContain(`cloud sync ${runId}`);
  expect((await world.run('cloud', 'sync')).code).toBe(1);
  isDown = false;
  const sent = await world.run('cloud', 'sync', runId, '--json');
  expect(sent.code).toBe(0);
  expect(sent.json()).toMatchObject([{ runId, state: 'done', said: 'HTTP 201' }]);
  expect((await world.run('runs', 'show')).out).not.toContain('cloud sync');
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
});

it('is off by default, and for a repository that does not want it', async () => {
  await failingRun({});
  const off = await world.run('cloud', 'sync');
  expect(off.code).toBe(1);
  expect(off.err).toContain('cloudSync');
  await world.write({ 'codex-orch.config.json': JSON.stringify({ cloudSync: { enabled: false } }) });
  await failingRun({ cloudSync: { enabled: true, url } });
  expect(received).toEqual([]);
});
