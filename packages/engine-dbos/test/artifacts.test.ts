import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ArtifactDigest,
  type ArtifactStore,
  DatabaseArtifactStore,
  DbosEngine,
  FolderArtifactStore,
  S3ArtifactStore,
} from '../src/index.js';
import { type RealPostgres, realPostgres } from './real-postgres.js';

const digestOf = (bytes: Buffer): ArtifactDigest => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.byteLength,
});

let folder: string;
let postgres: RealPostgres | undefined;
let engine: DbosEngine;
let s3: S3rver;
let endpoint: string;
const bucket = 'artifacts';
const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'artifacts-'));
  postgres = await realPostgres();
  engine = new DbosEngine({ url: await postgres.newDatabase(), version: '1' });
  await engine.list();
  s3 = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: path.join(folder, 's3'),
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await s3.run();
  endpoint = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await engine.stop();
  await postgres?.[Symbol.asyncDispose]();
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

const stores: Readonly<Record<string, () => Promise<ArtifactStore>>> = {
  'a folder': () => Promise.resolve(new FolderArtifactStore(path.join(folder, 'shared'))),
  'the database': () => Promise.resolve(new DatabaseArtifactStore(engine)),
  'an S3-compatible store': () => S3ArtifactStore.open({ bucket, prefix: 'fleet/', endpoint, credentials }),
};

describe.each(Object.entries(stores))('%s', (_name, open) => {
  it('gives back what was put into it, twice as well as once', async () => {
    await using store = await open();
    const bytes = randomBytes(300_000);
    const digest = digestOf(bytes);
    expect(await store.has(digest)).toBe(false);
    await store.put(digest, Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]));
    await store.put(digest, Readable.from([bytes]));
    expect(await store.has(digest)).toBe(true);
    expect(await buffer(await store.get(digest))).toEqual(bytes);
  });

  it.each([
    ['of another content', Buffer.from('lie!!')],
    ['cut off', Buffer.from('trut')],
    ['too long', Buffer.from('truth and more')],
  ])('takes no bytes that are not those of their name: %s', async (_how, sent) => {
    await using store = await open();
    const digest = digestOf(Buffer.from('truth'));
    await expect(store.put(digest, Readable.from([sent]))).rejects.toMatchObject({ code: 'artifact-mismatch' });
    expect(await store.has(digest)).toBe(false);
  });

  it('says that something is not there', async () => {
    await using store = await open();
    const digest = digestOf(randomBytes(8));
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'artifact-missing' });
  });

  it('takes only a hash for a name', async () => {
    await using store = await open();
    const digest = { sha256: '../../etc/passwd', bytes: 1 };
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'artifact-name' });
    await expect(store.put(digest, Readable.from(['x']))).rejects.toMatchObject({ code: 'artifact-name' });
  });
});

it('notices bytes that were changed in the shared folder', async () => {
  await using store = new FolderArtifactStore(path.join(folder, 'changed'));
  const digest = digestOf(Buffer.from('truth'));
  await store.put(digest, Readable.from(['truth']));
  await writeFile(path.join(folder, 'changed', digest.sha256.slice(0, 2), digest.sha256.slice(2)), 'tr*th');
  await expect(buffer(await store.get(digest))).rejects.toMatchObject({ code: 'artifact-mismatch' });
});

it('refuses what is too large for a database', async () => {
  await using store = new DatabaseArtifactStore(engine, { maxBytes: 4 });
  await expect(store.put(digestOf(Buffer.from('truth')), Readable.from(['truth']))).rejects.toMatchObject({
    code: 'artifact-too-large',
  });
});

it('says what to install where there is no S3 client', async () => {
  const load = () => Promise.reject(new Error('Cannot find package'));
  await expect(S3ArtifactStore.open({ bucket, load })).rejects.toMatchObject({
    code: 's3-client-missing',
    hint: expect.stringContaining('npm install @aws-sdk/client-s3') as string,
  });
});
