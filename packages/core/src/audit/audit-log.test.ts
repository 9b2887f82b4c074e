import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, it } from 'vitest';
import { watchSyncs } from '../../test/synced.js';
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

it('has every entry on the disk before it goes on', async () => {
  const log = new AuditLog(folder);
  const { datasync } = await watchSyncs();
  await log.append('human:ada', entry('one'));
  expect(datasync).toHaveBeenCalledTimes(1);
  await log.append('human:ada', entry('two'));
  expect(datasync).toHaveBeenCalledTimes(2);
});

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

it('keeps every entry that was acknowledged to one of many processes, also to one that is killed', async () => {
  const cwd = path.join(import.meta.dirname, '../..');
  const source = ['--import', '@swc-node/register/esm-register', 'test/audit-writer.ts'];
  const acknowledged: string[] = [];
  const write = async (name: string, killedAfter: number): Promise<void> => {
    const child = spawn(process.execPath, [...source, folder, name, killedAfter === Infinity ? '6' : '100000'], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let count = 0;
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(line);
      count += 1;
      if (count === killedAfter) child.kill('SIGKILL');
    }
    expect(await ended).toEqual(killedAfter === Infinity ? [0, null] : [null, 'SIGKILL']);
  };
  await Promise.all([write('a', Infinity), write('b', 2), write('c', Infinity)]);
  await new AuditLog(folder, { patienceMs: 120_000 }).append('human:ada', entry('last'));

  const all = (await details()).map(String);
  expect(all.filter((text) => text.startsWith('a.'))).toEqual([0, 1, 2, 3, 4, 5].map((n) => `a.${n}`));
  expect(all.filter((text) => text.startsWith('c.'))).toHaveLength(6);
  for (const text of acknowledged) expect(all.filter((one) => one === text)).toEqual([text]);
  expect(await new AuditLog(folder).verify()).toEqual([]);
}, 120_000);

it('goes on after a crash between an entry and its head', async () => {
  const log = new AuditLog(folder);
  for (const detail of ['one', 'two']) await log.append('human:ada', entry(detail));
  await copyFile(path.join(folder, 'audit.head'), path.join(folder, 'before'));
  await log.append('human:ada', entry('three'));
  await copyFile(path.join(folder, 'before'), path.join(folder, 'audit.head'));
  await log.append('human:ada', entry('four'));
  expect(await details()).toEqual(['one', 'two', 'three', 'four']);
  expect(await log.verify()).toEqual([]);
});

it('binds an entry to a last one of any length', async () => {
  const log = new AuditLog(folder);
  for (const length of [16_384, 1, 200_000, 16_000]) await log.append('human:ada', entry('x'.repeat(length)));
  expect((await details()).map((detail) => String(detail).length)).toEqual([16_384, 1, 200_000, 16_000]);
  expect(await log.verify()).toEqual([]);
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
    ['a changed last entry', async () => rewrite((text) => text.replace('three', 'THREE')), /sum/, 3],
    ['a cut end', async () => rewrite((text, n) => (n === 2 ? undefined : text)), /1 entries were cut off/, undefined],
    ['a log that is gone', () => rm(file('audit.log')), /3 entries were cut off/, undefined],
    ['a head that is gone', () => rm(file('audit.head')), /audit.head is missing/, undefined],
    ['a head that is none', () => writeFile(file('audit.head'), '{}'), /is no head of an audit log/, undefined],
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

  // Nothing but the end is read to go on; what was done further up is found whatever came after it.
  it.each([
    ['a changed entry', (text: string) => text.replace('two', 'TWO'), /sum/],
    ['a dropped entry', (text: string, n: number) => (n === 1 ? undefined : text), /number|follow/],
  ] as const)('%s, which verify tells for ever', async (_name, change, message) => {
    await rewrite(change);
    expect(await new AuditLog(folder).verify()).toMatchObject([
      { line: 2, message: expect.stringMatching(message) as string },
    ]);
    await new AuditLog(folder).append('a', entry('four')).catch(() => undefined);
    expect(await new AuditLog(folder).verify()).toMatchObject([
      { line: 2, message: expect.stringMatching(message) as string },
    ]);
  });

  it('but not a last line that was never acknowledged', async () => {
    await writeFile(file('audit.log'), '{"seq":3,"at"', { flag: 'a' });
    expect(await new AuditLog(folder).verify()).toMatchObject([{ line: 4 }]);
    await new AuditLog(folder).append('a', entry('four'));
    expect(await details()).toEqual([
      'one',
      'two',
      'three',
      'dropped 13 bytes of an entry that was never acknowledged',
      'four',
    ]);
    expect(await new AuditLog(folder).verify()).toEqual([]);
  });

  it('a last entry that was torn after it was acknowledged', async () => {
    await truncate(file('audit.log'), (await readFile(file('audit.log'))).length - 3);
    const evidence = await readFile(file('audit.log'));
    await expect(new AuditLog(folder).append('a', entry('x'))).rejects.toThrow(/1 entries were cut off/);
    expect(await readFile(file('audit.log'))).toEqual(evidence);
  });
});
