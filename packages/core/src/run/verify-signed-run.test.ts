import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { built, digest, passed, planned, promoted, reviewed, tested } from '../../test/goal-events.js';
import { makeKey, type TestKey } from '../../test/ssh-keys.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import type { Approval } from '../approval/approval.js';
import { elevationDigest } from '../goal/elevation.js';
import type { GoalEvent } from '../goal/events.js';
import { signText } from '../signature/sign-text.js';
import { approvalText, headText } from '../signature/signed-records.js';
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
  const again = vi.fn(seal);
  await (await RunStore.open(location, { seal: again })).close();
  expect((await manifest()).head).toEqual(head);
  // It may have to ask for a passphrase.
  expect(again).not.toHaveBeenCalled();
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
    const { head } = await manifest();
    expect(head.seq).toBe(3);
    expect(head.signature).toBeUndefined();
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
    for (const seq of [3, 5])
      expect(await verifyRun(location, { anchors: [{ seq, hash: head.hash }] })).toMatchObject([
        { line: 3, message: `${seq - 2} events were cut off: the audit log knows ${seq}` },
      ]);
  });
});

describe('a decision of a human', () => {
  const by = { actor: 'human', name: 'Ada', email: 'ada@example.org' } as const;
  const decision = (subject: Approval['subject']): Approval => ({
    ...{ subject, decision: 'approved', by, at: new Date().toISOString(), channel: 'cli', justification: '' },
  });
  const signedBy = async (who: TestKey, record: Approval): Promise<Approval> => ({
    ...record,
    signature: await signText(approvalText(record), { key: who.file, env: process.env }),
  });

  /** A run whose diff was approved, and a request of Codex granted. */
  async function writeDecided(sign: (record: Approval) => Promise<Approval>): Promise<void> {
    const request = { kind: 'command', id: 'c', threadId: 't', command: 'npm publish', cwd: '/w' } as const;
    const asked = { id: 'e1', nonce: 'n', request };
    const sha256 = elevationDigest(location.runId, asked);
    const [granted, approved] = [
      await sign(decision({ kind: 'elevation', id: 'e1', sha256 })),
      await sign(decision({ kind: 'diff', id: location.runId, sha256: digest('a') })),
    ];
    const events: readonly GoalEvent[] = [
      ...[created('do it'), passed, planned('one')],
      { type: 'elevation.requested', data: { ...asked, sha256, waiting: true } },
      { type: 'elevation.decided', data: { id: 'e1', decision: 'approve', why: 'yes', approval: granted } },
      ...[built('one', 'a'), tested('a'), reviewed('a')],
      ...[{ type: 'approval.recorded', data: { approval: approved } } as const, promoted('a')],
    ];
    await using store = await RunStore.open(location, { seal });
    for (const event of events) await store.append(event, { actor: 'a test' });
  }

  it('has to be signed where signatures are required, and counts without where they are not', async () => {
    await writeDecided((record) => Promise.resolve(record));
    expect(await verify()).toMatchObject([
      { line: 5, message: expect.stringMatching(/^the approval: .* is not signed/) as string },
      { line: 9, message: expect.stringMatching(/^the approval: .* is not signed/) as string },
    ]);
    expect(await verify(false)).toEqual([]);
  });

  it("is not another one's whose signature counts as well", async () => {
    const bob = makeKey(folder, 'bob');
    await appendFile(path.join(folder, 'allowed_signers'), `bob@example.org ${bob.publicKey}\n`);
    await writeDecided((record) => signedBy(bob, record));
    expect(await verify(false)).toMatchObject([{ line: 5 }, { line: 9 }]);
  });

  it('and the head of its run stay good when their key is no longer', async () => {
    const day = 24 * 60 * 60 * 1000;
    const tomorrow = new Date(Date.now() + day).toISOString().slice(0, 10).replaceAll('-', '');
    await writeFile(
      path.join(folder, 'allowed_signers'),
      `ada@example.org valid-before="${tomorrow}Z" ${key.publicKey}\n`,
    );
    await writeDecided((record) => signedBy(key, record));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * day });
    onTestFinished(() => void vi.useRealTimers());
    expect(await verify()).toEqual([]);
  });
});

it('says that the list of signers cannot be used, instead of calling the run broken', async () => {
  await write('do it', { seal });
  await writeFile(path.join(folder, 'allowed_signers'), 'nonsense\n');
  await expect(verify()).rejects.toMatchObject({ code: 'allowed-signers-invalid' });
});
