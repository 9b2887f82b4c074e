import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { ProcessLock } from '../lock/index.js';
import type { AuditEntry } from './audit-entry.js';
import { AuditLog } from './audit-log.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

const entry = (detail: string): AuditEntry => ({
  action: 'cancel',
  runId: null,
  repository: '/r',
  subject: null,
  outcome: 'noted',
  detail,
});
const details = async (): Promise<unknown[]> => (await new AuditLog(folder).read()).map(({ detail }) => detail);

it('keeps the entries of many writers at once, each once, in a chain that is whole', async () => {
  const writers = Array.from({ length: 4 }, () => new AuditLog(folder, { patienceMs: 60_000 }));
  await Promise.all(
    writers.flatMap((log, writer) => [0, 1, 2, 3, 4].map((n) => log.append('human:ada', entry(`${writer}.${n}`)))),
  );
  const all = await details();
  expect(all).toHaveLength(20);
  expect(new Set(all).size).toBe(20);
  for (const writer of [0, 1, 2, 3])
    expect(all.filter((text) => String(text).startsWith(`${writer}.`))).toEqual(
      [0, 1, 2, 3, 4].map((n) => `${writer}.${n}`),
    );
  expect(await new AuditLog(folder).verify()).toEqual([]);
});

it('says what went wrong with a thing that was begun', async () => {
  const log = new AuditLog(folder);
  const { outcome: _, detail: __, ...begun } = entry('');
  expect(await log.around('human:ada', begun, () => Promise.resolve(7))).toBe(7);
  await expect(log.around('human:ada', begun, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect((await log.read()).map(({ outcome, detail }) => [outcome, detail])).toEqual([
    ['begun', undefined],
    ['done', undefined],
    ['begun', undefined],
    ['failed', 'no'],
  ]);
});

it('does nothing that it cannot record', async () => {
  await mkdir(path.join(folder, 'audit.log'));
  let acted = false;
  const { outcome: _, ...begun } = entry('');
  const act = (): Promise<void> => {
    acted = true;
    return Promise.resolve();
  };
  await expect(new AuditLog(folder).around('human:ada', begun, act)).rejects.toMatchObject({
    code: 'audit-unavailable',
  });
  expect(acted).toBe(false);
});

it('waits for another writer, and gives up with its name', async () => {
  const lock = await ProcessLock.acquire(path.join(folder, 'audit.lock'), 'The audit log');
  await expect(new AuditLog(folder, { patienceMs: 30 }).append('a', entry('x'))).rejects.toMatchObject({
    code: 'audit-unavailable',
    message: expect.stringContaining(`in use by process ${process.pid}`) as string,
  });
  const waiting = new AuditLog(folder, { patienceMs: 60_000 }).append('a', entry('y'));
  await lock.release();
  await waiting;
  expect(await details()).toEqual(['y']);
});

describe('tells, and refuses to go on from,', () => {
  const file = (name: string): string => path.join(folder, name);
  const lines = async (): Promise<string[]> => (await readFile(file('audit.log'), 'utf8')).trimEnd().split('\n');

  beforeEach(async () => {
    const log = new AuditLog(folder);
    for (const detail of ['one', 'two', 'three']) await log.append('human:ada', entry(detail));
  });

  const spoilt: readonly (readonly [string, () => Promise<void>, RegExp, number | undefined])[] = [
    ['a changed entry', async () => rewrite((text) => text.replace('two', 'TWO')), /sum/, 2],
    ['a dropped entry', async () => rewrite((text, n) => (n === 1 ? undefined : text)), /number|follow/, 2],
    ['a cut end', async () => rewrite((text, n) => (n === 2 ? undefined : text)), /1 entries were cut off/, undefined],
    ['a log that is gone', () => rm(file('audit.log')), /3 entries were cut off/, undefined],
    ['a head that is gone', () => rm(file('audit.head')), /audit.head is missing/, undefined],
    ['another log', anotherLog, /not the log that was written here/, undefined],
  ];

  async function rewrite(change: (text: string, index: number) => string | undefined): Promise<void> {
    const kept = (await lines()).map(change).filter((text) => text !== undefined);
    await writeFile(file('audit.log'), kept.map((text) => `${text}\n`).join(''));
  }

  async function anotherLog(): Promise<void> {
    const other = await temporaryFolder();
    for (const detail of ['a', 'b', 'c', 'd']) await new AuditLog(other).append('human:eve', entry(detail));
    await writeFile(file('audit.log'), await readFile(path.join(other, 'audit.log')));
  }

  it.each(spoilt)('%s', async (_name, spoil, message, line) => {
    await spoil();
    const [problem] = await new AuditLog(folder).verify();
    expect(problem?.message).toMatch(message);
    expect(problem?.line).toBe(line);
    await expect(new AuditLog(folder).append('a', entry('x'))).rejects.toMatchObject({ code: 'audit-unavailable' });
  });

  it('but not a last line that was never acknowledged', async () => {
    await writeFile(file('audit.log'), '{"seq":3,"at"', { flag: 'a' });
    expect(await new AuditLog(folder).verify()).toMatchObject([{ line: 4 }]);
    await new AuditLog(folder).append('a', entry('four'));
    expect(await details()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('a last entry that was torn after it was acknowledged', async () => {
    await truncate(file('audit.log'), (await readFile(file('audit.log'))).length - 3);
    await expect(new AuditLog(folder).append('a', entry('x'))).rejects.toThrow(/1 entries were cut off/);
  });
});
