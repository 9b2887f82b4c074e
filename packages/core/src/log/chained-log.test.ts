import fc from 'fast-check';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchSyncs } from '../../test/synced.js';
import { ChainedLog } from './chained-log.js';
import { formatLine, type LogRecord } from './line.js';
import { genesisHash, readLog } from './read-log.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'chained-log-'));
  file = path.join(folder, 'events.jsonl');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const subject = 'run-1';
const record = (data: unknown, key?: string): LogRecord => ({
  actor: 'test',
  type: 'noted',
  data,
  ...(key === undefined ? {} : { key }),
});

async function write(...data: readonly unknown[]): Promise<Buffer> {
  await using log = await ChainedLog.open(file, { subject });
  for (const one of data) await log.append(record(one));
  return await readFile(file);
}

it('returns every acknowledged record after it was opened again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.jsonValue(), { maxLength: 5 }), { maxLength: 4 }), async (sessions) => {
      await rm(file, { force: true });
      for (const session of sessions) {
        await using log = await ChainedLog.open(file, { subject });
        await Promise.all(session.map((data) => log.append(record(data))));
      }
      await using log = await ChainedLog.open(file, { subject });
      expect(log.lines.map(({ data }) => data)).toEqual(JSON.parse(JSON.stringify(sessions.flat())));
      expect(log.lines.map(({ seq }) => seq)).toEqual(sessions.flat().map((_, index) => index));
    }),
    { numRuns: 40 },
  );
});

it('writes a record with a known key only once, also when both are under way', async () => {
  await using log = await ChainedLog.open(file, { subject });
  const [a, b] = await Promise.all([log.append(record('a', 'k')), log.append(record('b', 'k'))]);
  expect(b).toEqual(a);
  expect(log.lines).toHaveLength(1);
});

describe('a damaged file', () => {
  const at = (bytes: Buffer): ReturnType<typeof readLog> => readLog(bytes, { path: file, subject });

  it('is told from every flipped bit', async () => {
    const bytes = await write({ a: 1 }, 'two', [3]);
    const whole = at(bytes);
    for (let offset = 0; offset < bytes.length; offset += 1) {
      for (const bit of [0, 3, 6]) {
        const flipped = Buffer.from(bytes);
        flipped[offset] = (flipped[offset] ?? 0) ^ (1 << bit);
        expect(() => at(flipped), `byte ${offset}, bit ${bit}`).toThrow(/line \d is damaged/);
      }
    }
    expect(whole.lines).toHaveLength(3);
  });

  it('loses only its torn last line when it is cut off anywhere', async () => {
    const bytes = await write({ a: 1 }, 'two', [3]);
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = at(bytes.subarray(0, length));
      const newlines = bytes.subarray(0, length).filter((byte) => byte === 10).length;
      const endsWhole = length + 1 < bytes.length ? bytes[length] === 10 : true;
      expect(cut.lines.length).toBe(newlines + (endsWhole && length > 0 && bytes[length - 1] !== 10 ? 1 : 0));
      expect(cut.torn === undefined).toBe(length === 0 || bytes[length - 1] === 10 || endsWhole);
    }
  });

  it('is refused with the number of the line that was dropped, moved or put in', async () => {
    const lines = (await write('a', 'b', 'c')).toString().trimEnd().split('\n');
    const joined = (...order: (string | undefined)[]): Buffer => Buffer.from(`${order.join('\n')}\n`);
    expect(() => at(joined(lines[0], lines[2]))).toThrow(/line 2 is damaged/);
    expect(() => at(joined(lines[1], lines[0], lines[2]))).toThrow(/line 1 is damaged/);
    expect(() => at(joined(lines[0], lines[0], lines[1]))).toThrow(/line 2 is damaged/);
  });

  it('is refused where a line has another number, though all its sums are right', () => {
    const line = formatLine(record('a'), { seq: 1, at: new Date(0).toISOString(), prev: genesisHash(subject) });
    expect(() => at(Buffer.from(`${line}\n`))).toThrow(/its number is 1 where 0 belongs/);
  });

  it("cannot be another run's", async () => {
    const bytes = await write('a');
    expect(() => readLog(bytes, { path: file, subject: 'run-2' })).toThrow(/line 1 is damaged/);
  });
});

it('drops a torn last line, says so, and goes on behind the last good one', async () => {
  // Longer than what comes in its place.
  const bytes = await write('a', 'b'.repeat(500));
  await writeFile(file, bytes.subarray(0, bytes.length - 7));
  {
    await using log = await ChainedLog.open(file, { subject });
    expect(log.torn).toMatchObject({ line: 2 });
    await log.append(record('c'));
  }
  await using log = await ChainedLog.open(file, { subject });
  expect(log.torn).toBeUndefined();
  expect(log.lines.map(({ data }) => data)).toEqual(['a', 'c']);
});

it('goes on behind a last line that is whole but for its newline', async () => {
  const bytes = await write('a', 'b');
  await writeFile(file, bytes.subarray(0, -1));
  {
    await using log = await ChainedLog.open(file, { subject });
    expect(log.torn).toBeUndefined();
    await log.append(record('c'));
  }
  expect(readLog(await readFile(file), { path: file, subject }).lines.map(({ data }) => data)).toEqual(['a', 'b', 'c']);
});

it('is on the disk, with its name, before it is opened, and each record before it is acknowledged', async () => {
  const { sync, datasync } = await watchSyncs();
  {
    await using log = await ChainedLog.open(file, { subject });
    // The file, and the folder that has its name.
    expect(sync).toHaveBeenCalledTimes(2);
    await log.append(record('a'));
    expect(datasync).toHaveBeenCalledTimes(1);
    await Promise.all([log.append(record('b')), log.append(record('c'))]);
    expect(datasync).toHaveBeenCalledTimes(2);
    await log.append(record('d'), { durable: false });
    expect(datasync).toHaveBeenCalledTimes(2);
  }
  await using log = await ChainedLog.open(file, { subject });
  expect(log.lines).toHaveLength(4);
  expect(sync).toHaveBeenCalledTimes(3);
});

it('refuses every append after one failed, also where the disk works again', async () => {
  const { datasync } = await watchSyncs();
  await using log = await ChainedLog.open(file, { subject });
  datasync.mockRejectedValueOnce(new Error('the disk fails'));
  await expect(log.append(record('a'))).rejects.toMatchObject({ code: 'log-write-failed' });
  await expect(log.append(record('b'))).rejects.toMatchObject({ code: 'log-write-failed' });
});

it('is not opened through a link', async () => {
  const other = path.join(folder, 'other');
  await writeFile(other, '');
  await symlink(other, file);
  await expect(ChainedLog.open(file, { subject })).rejects.toMatchObject({ code: 'log-write-failed' });
});

it('rejects what JSON cannot hold to its caller alone', async () => {
  await using log = await ChainedLog.open(file, { subject });
  const outcomes = await Promise.allSettled([log.append(record('a')), log.append(record(1n)), log.append(record('b'))]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(log.lines.map(({ data }) => data)).toEqual(['a', 'b']);
});

it('takes a torn line for torn also when its data looks like the end of a line', async () => {
  const bytes = await write('a', { nested: { x: 1, sum: '0123456789abcdef' } });
  const cut = bytes.subarray(0, bytes.indexOf('"prev"', bytes.indexOf('nested')));
  expect(readLog(cut, { path: file, subject })).toMatchObject({ torn: { line: 2 }, lines: [{ data: 'a' }] });
});
