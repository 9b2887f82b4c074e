import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type Manifest, Redactor, Secret } from '@codex-orch/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  folderSink,
  httpSink,
  runSummarySchema,
  syncKey,
  type SyncOptions,
  SyncRecords,
  syncRun,
} from '../src/index.js';

let root: string;
let server: Server;
let url: string;
let answers: { status: number; headers?: Record<string, string> }[];
let received: { headers: IncomingHttpHeaders; body: string }[];
let audited: Parameters<SyncOptions['audit']>[0][];

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-sync-'));
  [answers, received, audited] = [[], [], []];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      const { status, headers } = answers.shift() ?? { status: 204 };
      response.writeHead(status, headers).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/runs`;
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(root, { recursive: true, force: true });
});

const options = (more: Partial<SyncOptions> = {}): SyncOptions => ({
  sink: httpSink({ url }),
  records: new SyncRecords(path.join(root, 'sync')),
  audit: (entry) => {
    audited.push(entry);
    return Promise.resolve();
  },
  redact: (data) => data,
  backoff: { baseMs: 1, capMs: 5 },
  ...more,
});

const sha256 = 'a'.repeat(64);

const manifest = {
  runId: '01JD8Z6N2Q9W3E5R7T1Y4V6X8Z',
  taskId: 'adhoc',
  goal: 'Greet; the key is sesame-sesame',
  repository: '/home/ada/secret-project',
  base: { commit: 'b'.repeat(40), branch: 'main' },
  state: 'done',
  end: null,
  mode: { requested: 'auto', used: 'cloud', reason: 'x' },
  codex: { version: '0.151.0', driver: 'cloud', path: '/home/ada/bin/codex' },
  model: null,
  subtasks: [{ id: 's1', title: 'Private title', state: 'done' }],
  diff: { tree: 't', sha256, bytes: 9, files: [{ path: 'src/private.ts', status: 'modified', added: 3, removed: 1 }] },
  tests: { passed: true, diffSha256: sha256 },
  review: { verdict: 'accept', summary: 'Private words', diffSha256: sha256 },
  budget: {
    limits: { tokens: 1, turns: 1, minutes: 1, revisions: 0, replans: 0 },
    used: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, totalTokens: 2, turns: 3, elapsedMs: 4 },
  },
  approvals: [
    {
      subject: { kind: 'diff', id: 'x', sha256 },
      decision: 'approved',
      by: { actor: 'human', name: 'Ada', email: 'ada@example.org' },
      at: '2026-11-22T20:00:00.000Z',
      channel: 'cli',
      justification: 'Private reason',
    },
  ],
  elevations: [],
  artifacts: [],
  commit: 'c'.repeat(40),
  appliedTo: [],
  createdAt: '2026-11-22T20:00:00.000Z',
  updatedAt: '2026-11-22T20:01:00.000Z',
  head: { seq: 9, hash: 'd'.repeat(64) },
} as unknown as Manifest;

it('sends how a run went, under the key of its task and run, and puts the receipt on record', async () => {
  const record = await syncRun(manifest, options());
  expect(record).toMatchObject({ state: 'done', tries: 1, said: 'HTTP 204' });
  const key = createHash('sha256').update(`${manifest.taskId}${manifest.runId}`).digest('hex');
  expect(syncKey(manifest.taskId, manifest.runId)).toBe(key);
  expect(received).toMatchObject([{ headers: { 'idempotency-key': key, 'content-type': 'application/json' } }]);
  expect(runSummarySchema.parse(JSON.parse(received[0]?.body ?? ''))).toMatchObject({
    key,
    state: 'done',
    mode: 'cloud',
    diff: { files: 1, added: 3, removed: 1 },
    testsPassed: true,
    used: { totalTokens: 2 },
  });
  expect(audited).toMatchObject([
    { action: 'cloud-sync', outcome: 'begun', runId: manifest.runId },
    { action: 'cloud-sync', outcome: 'done', subject: { id: key }, detail: `POST ${url}: HTTP 204 (try 1 of 3)` },
  ]);
});

it('sends no name of a file, no words of anybody, no path and no address, and no secret', async () => {
  const redactor = new Redactor();
  redactor.add(new Secret('door', 'sesame-sesame'));
  await syncRun(manifest, options({ redact: (data) => redactor.json(data) }));
  const { body = '' } = received[0] ?? {};
  for (const word of ['private', 'Private', 'ada', 'sesame', 'example.org', '/home']) expect(body).not.toContain(word);
});

it('tries again what may pass, with the same bytes under the same key', async () => {
  answers = [{ status: 503 }, { status: 429, headers: { 'retry-after': '0' } }, { status: 200 }];
  expect(await syncRun(manifest, options())).toMatchObject({ state: 'done', tries: 3 });
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  expect(new Set(received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
});

it('gives up after three tries, visibly, and a later call sends it', async () => {
  answers = [{ status: 500 }, { status: 502 }, { status: 500 }];
  const failed = await syncRun(manifest, options());
  expect(failed).toMatchObject({ state: 'failed', tries: 3, said: expect.stringContaining('HTTP 500') as string });
  expect(audited.at(-1)).toMatchObject({ outcome: 'failed' });
  expect(await new SyncRecords(path.join(root, 'sync')).load(manifest.runId)).toMatchObject({ state: 'failed' });
  expect(received).toHaveLength(3);
  expect(await syncRun(manifest, options())).toMatchObject({ state: 'done', tries: 1 });
  expect(received.at(-1)?.body).toBe(received[0]?.body);
});

it('sends nothing again to a sink that has it, but does to another one', async () => {
  await syncRun(manifest, options());
  await syncRun(manifest, options());
  expect(received).toHaveLength(1);
  await syncRun(manifest, options({ sink: folderSink(path.join(root, 'sink')) }));
  expect(await readdir(path.join(root, 'sink'))).toEqual([`${syncKey(manifest.taskId, manifest.runId)}.json`]);
});

describe('an endpoint', () => {
  it('that refuses is not asked again', async () => {
    answers = [{ status: 400 }];
    expect(await syncRun(manifest, options())).toMatchObject({ state: 'failed', tries: 1 });
  });

  it('that sends elsewhere is not followed there', async () => {
    answers = [{ status: 307, headers: { location: url } }];
    const sink = httpSink({ url, token: new Secret('sink', 'token-of-the-sink') });
    expect(await syncRun(manifest, options({ sink }))).toMatchObject({ state: 'failed', tries: 1 });
    expect(received).toMatchObject([{ headers: { authorization: 'Bearer token-of-the-sink' } }]);
  });

  it('that cannot be reached is tried three times', async () => {
    const sink = httpSink({ url: 'http://127.0.0.1:1/' });
    expect(await syncRun(manifest, options({ sink }))).toMatchObject({ state: 'failed', tries: 3 });
  });
});

it('a folder gets each summary once, and one that cannot be written is a failure', async () => {
  const folder = path.join(root, 'sink');
  const sink = folderSink(folder);
  expect(await syncRun(manifest, options({ sink }))).toMatchObject({ state: 'done' });
  const [file = ''] = await readdir(folder);
  expect(JSON.parse(await readFile(path.join(folder, file), 'utf8'))).toMatchObject({ runId: manifest.runId });
  await writeFile(path.join(root, 'taken'), '');
  const taken = folderSink(path.join(root, 'taken'));
  expect(await syncRun(manifest, options({ sink: taken }))).toMatchObject({ state: 'failed', tries: 3 });
});

it('sends nothing when that cannot be put on record', async () => {
  const audit = () => Promise.reject(new Error('the audit log is full'));
  await expect(syncRun(manifest, options({ audit }))).rejects.toThrow('the audit log is full');
  expect(received).toEqual([]);
});
