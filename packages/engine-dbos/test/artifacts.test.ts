import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
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

const day = 24 * 3_600_000;

describe('a sweep of a folder', () => {
  const put = async (store: ArtifactStore, text: string): Promise<ArtifactDigest> => {
    const digest = digestOf(Buffer.from(text));
    await store.put(digest, Readable.from([text]));
    return digest;
  };
  const fileOf = (root: string, { sha256 }: ArtifactDigest): string =>
    path.join(root, sha256.slice(0, 2), sha256.slice(2));
  const ageTo = async (file: string, ms: number): Promise<void> => {
    const then = new Date(Date.now() - ms);
    await utimes(file, then, then);
  };

  it('removes what nobody names, but nothing young, of another database, or asked for since', async () => {
    const shared = path.join(folder, 'of several');
    const storeOf = (name: string) => new FolderArtifactStore(shared, { own: () => Promise.resolve(name) });
    await using store = storeOf('one');
    await using other = storeOf('two');
    await using older = new FolderArtifactStore(shared);
    const own = path.join(shared, 'one');
    const [named, unnamed, young, asked] = await Promise.all(
      ['named', 'unnamed', 'young', 'asked'].map((text) => put(store, text)),
    );
    if (!named || !unnamed || !young || !asked) throw new Error('Nothing was stored.');
    await put(other, 'unnamed');
    const before = await put(older, 'of an older version');
    for (const file of [
      ...[named, unnamed, asked].map((digest) => fileOf(own, digest)),
      fileOf(path.join(shared, 'two'), unnamed),
      fileOf(shared, before),
    ])
      await ageTo(file, 2 * day);
    expect(await store.has(asked)).toBe(true);

    const names = new Set([named.sha256]);
    const expected = { count: 1, bytes: unnamed.bytes };
    expect(await store.sweep(names, { dryRun: true })).toEqual(expected);
    expect(await store.has(unnamed)).toBe(true);
    // Who asks relies on it.
    expect(await store.sweep(names, { dryRun: false })).toEqual({ count: 0, bytes: 0 });
    await ageTo(fileOf(own, unnamed), 2 * day);
    expect(await store.sweep(names, { dryRun: false })).toEqual(expected);
    expect(await Promise.all([named, young, asked, unnamed].map((digest) => store.has(digest)))).toEqual([
      ...[true, true, true, false],
    ]);
    expect(await other.has(unnamed)).toBe(true);
    expect(await buffer(await store.get(before))).toEqual(Buffer.from('of an older version'));
    expect(await storeOf('one').has(before)).toBe(false);
  });

  it('goes on where one was cut off: what was asked for meanwhile has its name again, the rest is gone', async () => {
    const root = path.join(folder, 'cut off');
    await using store = new FolderArtifactStore(root);
    const [asked, unnamed] = [await put(store, 'asked'), await put(store, 'unnamed')];
    const draft = `${fileOf(root, unnamed)}.0.draft`;
    await writeFile(draft, 'half');
    await rename(fileOf(root, asked), `${fileOf(root, asked)}.swept`);
    await rename(fileOf(root, unnamed), `${fileOf(root, unnamed)}.swept`);
    for (const file of [draft, `${fileOf(root, unnamed)}.swept`]) await ageTo(file, 2 * day);
    expect(await store.sweep(new Set(), { dryRun: false })).toEqual({ count: 2, bytes: 'half'.length + unnamed.bytes });
    expect(await store.has(asked)).toBe(true);
    expect(await readdir(path.dirname(draft))).toEqual([]);
  });
});

it('a sweep of a bucket removes what nobody names, but nothing young, of another database, or asked for since', async () => {
  const storeOf = (name: string) =>
    S3ArtifactStore.open({ bucket, prefix: 'several/', endpoint, credentials, own: () => Promise.resolve(name) });
  await using store = await storeOf('one');
  await using other = await storeOf('two');
  const [named, unnamed, asked] = ['named', 'unnamed', 'asked'].map((text) => Buffer.from(text));
  if (!named || !unnamed || !asked) throw new Error('Nothing is to be stored.');
  for (const bytes of [named, unnamed, asked]) await store.put(digestOf(bytes), Readable.from([bytes]));
  await other.put(digestOf(unnamed), Readable.from([unnamed]));
  const names = new Set([digestOf(named).sha256]);
  expect(await store.sweep(names, { dryRun: false })).toEqual({ count: 0, bytes: 0 });
  // Its files tell the time of its objects.
  const objects = path.join(folder, 's3', bucket, 'several');
  const then = new Date(Date.now() - 2 * day);
  for (const file of await readdir(objects, { recursive: true }))
    if (file.includes('_S3rver_object')) await utimes(path.join(objects, file), then, then);
  await store.put(digestOf(asked), Readable.from([asked]));
  const expected = { count: 1, bytes: unnamed.length };
  expect(await store.sweep(names, { dryRun: true })).toEqual(expected);
  expect(await store.sweep(names, { dryRun: false })).toEqual(expected);
  expect(await Promise.all([asked, unnamed].map((bytes) => store.has(digestOf(bytes))))).toEqual([...[true, false]]);
  expect(await buffer(await store.get(digestOf(named)))).toEqual(named);
  expect(await buffer(await other.get(digestOf(unnamed)))).toEqual(unnamed);
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
