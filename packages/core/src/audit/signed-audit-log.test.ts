import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { makeKey, type TestKey } from '../../test/ssh-keys.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { sha256 } from '../log/line.js';
import { auditHeadText } from '../signature/signed-records.js';
import { signText } from '../signature/sign-text.js';
import { verifySignature } from '../signature/verify-signature.js';
import type { AuditEntry } from './audit-entry.js';
import { AuditLog, type HeadSigning } from './audit-log.js';
import type { AuditProblem } from './verify-audit.js';

const env = { PATH: process.env['PATH'] };

let folder: string;
let ada: TestKey;
let allowedSigners: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  const keys = await temporaryFolder();
  ada = makeKey(keys, 'ada');
  allowedSigners = path.join(keys, 'allowed_signers');
  await writeFile(allowedSigners, `ada@example.org ${ada.publicKey}\n`);
});

const logFile = (): string => path.join(folder, 'audit.log');
const headFile = (): string => path.join(folder, 'audit.head');

const entry = (detail: string): AuditEntry => ({
  action: 'cancel',
  runId: null,
  repository: '/r',
  subject: null,
  outcome: 'noted',
  detail,
});

const signing = (key: string): HeadSigning => ({
  sign: (text) => signText(text, { key, env }),
  check: (text, signature, at) =>
    verifySignature(text, signature, { allowedSigners, env, at }).then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    ),
});

const write = async (log: AuditLog, ...details: readonly string[]): Promise<void> => {
  for (const detail of details) await log.append('human:ada', entry(detail));
};

const verify = (require = false): Promise<readonly AuditProblem[]> =>
  new AuditLog(folder).verify({ signatures: { allowedSigners, require, env }, expectSigned: true });

/** Cuts the log after this many entries, and writes a head that agrees with it. */
async function cut(entries: number, signed?: object): Promise<void> {
  const lines = (await readFile(logFile(), 'utf8')).split('\n').slice(0, entries);
  await writeFile(logFile(), lines.map((line) => `${line}\n`).join(''));
  await writeFile(headFile(), JSON.stringify({ seq: entries, hash: sha256(lines.at(-1) ?? ''), signed }));
}

const head = async (): Promise<{ signed: { seq: number; hash: string; signature: string } }> =>
  JSON.parse(await readFile(headFile(), 'utf8')) as never;

it('has an end that its signer vouches for', async () => {
  await write(new AuditLog(folder, { signing: signing(ada.file) }), 'one', 'two');
  await write(new AuditLog(folder, { signing: signing(ada.file) }), 'three');
  expect(await verify(true)).toEqual([]);
  const { signed } = await head();
  expect(signed.seq).toBe(3);
  const signer = await verifySignature(auditHeadText(signed), signed.signature, { allowedSigners, env });
  expect(signer.principals).toBe('ada@example.org');
});

it('is found out when it was cut off and its head rewritten, whatever the forger put into it', async () => {
  await write(new AuditLog(folder, { signing: signing(ada.file) }), 'one', 'two', 'three');
  const { signed } = await head();
  const eve = makeKey(await temporaryFolder(), 'eve');

  await cut(2);
  expect(await verify()).toMatchObject([{ message: expect.stringContaining('holds no signature') as string }]);
  await cut(2, signed);
  expect(await verify()).toMatchObject([{ message: '1 entries were cut off its end' }]);
  const rest = { seq: 2, hash: sha256((await readFile(logFile(), 'utf8')).split('\n')[1] ?? '') };
  await cut(2, { ...rest, signature: signed.signature });
  expect(await verify()).toMatchObject([{ message: expect.stringContaining('not what was signed') as string }]);
  await cut(2, { ...rest, signature: await signText(auditHeadText(rest), { key: eve.file, env }) });
  expect(await verify()).toMatchObject([{ message: expect.stringContaining('is not listed') as string }]);
});

it('is not written on when the signed end is gone', async () => {
  const log = new AuditLog(folder, { signing: signing(ada.file) });
  await write(log, 'one', 'two', 'three');
  await cut(2, (await head()).signed);
  await expect(log.append('a', entry('x'))).rejects.toMatchObject({
    code: 'audit-unavailable',
    message: expect.stringContaining('1 entries were cut off') as string,
  });
});

it('does not let the next signature cover up what had none', async () => {
  const eve = makeKey(await temporaryFolder(), 'eve');
  const log = (): AuditLog => new AuditLog(folder, { signing: signing(ada.file) });
  await write(log(), 'one', 'two', 'three');
  await cut(2);
  await write(log(), 'after the cut');
  // Somebody without a key adds an entry.
  await write(new AuditLog(folder), 'forged');
  await write(log(), 'after the forgery');
  await write(new AuditLog(folder, { signing: signing(eve.file) }), 'forged and signed');
  await write(log(), 'after that');

  const remarks = (await new AuditLog(folder).read()).filter(({ action }) => action === 'unsigned');
  expect(remarks.map(({ seq, detail }) => [seq, detail])).toEqual([
    [2, 'the 2 entries before this one were not signed'],
    [5, 'the last 1 entries before this one were not signed'],
    [8, expect.stringMatching(/the signature before this entry: .*is not listed/)],
  ]);
  expect(await verify()).toEqual([]);
  expect((await verify(true)).map(({ line }) => line)).toEqual([3, 6, 9]);
});

it('is written on when nothing can be signed, and then says so', async () => {
  await write(new AuditLog(folder, { signing: signing(ada.file) }), 'one');
  const locked: HeadSigning = { sign: () => Promise.resolve(undefined) };
  await write(new AuditLog(folder, { signing: locked }), 'two', 'three');
  expect(await verify()).toMatchObject([
    { line: 2, message: expect.stringContaining('2 entries are not covered') as string },
  ]);
  expect((await head()).signed.seq).toBe(1);
});

it('cannot be told from an older one that was put back as a whole', async () => {
  const log = new AuditLog(folder, { signing: signing(ada.file) });
  await write(log, 'one');
  const copy = await temporaryFolder();
  for (const name of ['audit.log', 'audit.head']) await copyFile(path.join(folder, name), path.join(copy, name));
  await write(log, 'two');
  for (const name of ['audit.log', 'audit.head']) await copyFile(path.join(copy, name), path.join(folder, name));
  expect(await verify(true)).toEqual([]);
  await rm(headFile());
  await rm(logFile());
  expect(await verify(true)).toEqual([]);
});
