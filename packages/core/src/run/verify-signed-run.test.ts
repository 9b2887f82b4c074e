import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeKey, type TestKey } from '../../test/ssh-keys.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import type { GoalEvent } from '../goal/events.js';
import { signText } from '../signature/sign-text.js';
import { headText } from '../signature/signed-records.js';
import type { Manifest } from './manifest.js';
import { newRunId } from './run-id.js';
import { RunLayout, type RunLocation } from './run-layout.js';
import { RunStore, type RunStoreOptions } from './run-store.js';
import { verifyRun } from './verify-run.js';

let folder: string;
let key: TestKey;
let location: RunLocation;
let seal: NonNullable<RunStoreOptions['seal']>;

const created = (goal: string): GoalEvent => ({
  type: 'run.created',
  data: {
    runId: location.runId,
    taskId: 'adhoc',
    goal,
    repository: '/r',
    base: { commit: 'c', branch: 'main' },
    limits: { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 },
    testsRequired: true,
    version: '0.1.0',
  },
});

/** Writes the run as the program would. */
async function write(goal: string, options: RunStoreOptions = {}): Promise<void> {
  await using store = await RunStore.open(location, options);
  await store.append(created(goal), { actor: 'orchestrator' });
  await store.append({ type: 'run.cancelled', data: { by: 'a test' } }, { actor: 'human' });
}

const verify = (require = true): ReturnType<typeof verifyRun> =>
  verifyRun(location, {
    signatures: { allowedSigners: path.join(folder, 'allowed_signers'), require, env: process.env },
  });

const manifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(path.join(location.dir, 'manifest.json'), 'utf8')) as Manifest;

beforeEach(async () => {
  folder = await temporaryFolder();
  key = makeKey(folder, 'key');
  await writeFile(path.join(folder, 'allowed_signers'), `ada@example.org ${key.publicKey}\n`);
  location = new RunLayout(folder).place('adhoc', newRunId());
  seal = (head) => signText(headText(head), { key: key.file, env: process.env });
});

it('accepts a run whose last event is signed, and keeps the signature when the run is opened again', async () => {
  await write('do it', { seal });
  expect(await verify()).toEqual([]);
  const { head } = await manifest();
  expect(head.signature).toContain('BEGIN SSH SIGNATURE');
  await (await RunStore.open(location)).close();
  expect((await manifest()).head).toEqual(head);
});

it('does not sign a run that is still at work', async () => {
  const store = await RunStore.open(location, { seal });
  await store.append(created('do it'), { actor: 'orchestrator' });
  await store.close();
  expect((await manifest()).head.signature).toBeUndefined();
});

describe('finds', () => {
  it('a run directory that was rewritten as a whole, without the key', async () => {
    await write('do it', { seal });
    await rm(location.dir, { recursive: true });
    await write('do something else');
    expect(await verify()).toMatchObject([{ message: 'the head is not signed, but signatures are required' }]);
    expect(await verify(false)).toEqual([]);
  });

  it('a run directory that was rewritten as a whole, with the signature of the first', async () => {
    await write('do it', { seal });
    const { signature } = (await manifest()).head;
    await rm(location.dir, { recursive: true });
    await write('do something else', { seal: () => Promise.resolve(signature) });
    expect(await verify(false)).toMatchObject([{ message: expect.stringContaining('not what was signed') as string }]);
  });

  it('a run directory that was rewritten as a whole, with a key of somebody else', async () => {
    const other = makeKey(folder, 'other');
    await write('do it', { seal: (head) => signText(headText(head), { key: other.file, env: process.env }) });
    expect(await verify(false)).toMatchObject([{ message: expect.stringContaining('is not listed') as string }]);
  });

  it('a signed head of another run', async () => {
    await write('do it', {
      seal: (head) => signText(headText({ ...head, runId: newRunId() }), { key: key.file, env: process.env }),
    });
    expect(await verify(false)).toMatchObject([{ message: expect.stringContaining('not what was signed') as string }]);
  });

  it('events that were put behind the signed head', async () => {
    await write('do it', { seal });
    const signed = await readFile(path.join(location.dir, 'manifest.json'));
    {
      await using store = await RunStore.open(location);
      await writeFile(path.join(location.dir, 'diff.patch'), 'x');
      await store.recordArtifact('diff', 'diff.patch', { key: 'a' });
    }
    await writeFile(path.join(location.dir, 'manifest.json'), signed);
    expect(await verify(false)).toMatchObject([
      { line: 3, message: expect.stringContaining('1 events are not covered') as string },
    ]);
  });

  it('a rewritten and a cut run, from a head that was recorded elsewhere', async () => {
    await write('do it');
    const { head } = await manifest();
    expect(await verifyRun(location, { anchors: [head] })).toEqual([]);
    await rm(location.dir, { recursive: true });
    await write('do something else');
    expect(await verifyRun(location, { anchors: [head] })).toMatchObject([
      { message: expect.stringContaining('it was rewritten') as string },
    ]);
    expect(await verifyRun(location, { anchors: [{ seq: 5, hash: head.hash }] })).toMatchObject([
      { line: 3, message: '3 events were cut off: the audit log knows 5' },
    ]);
  });
});

it('says that the list of signers cannot be used, instead of calling the run broken', async () => {
  await write('do it', { seal });
  await writeFile(path.join(folder, 'allowed_signers'), 'nonsense\n');
  await expect(verify()).rejects.toMatchObject({ code: 'allowed-signers-invalid' });
});
