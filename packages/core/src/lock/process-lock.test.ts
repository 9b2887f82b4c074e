import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { draftName } from '../fs/draft.js';
import { ProcessLock } from './process-lock.js';

let folder: string;
let base: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'process-lock-'));
  base = path.join(folder, 'lock');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Leaves the lock as somebody else would hold it, who is this process but for what is given. */
async function heldBy(other: object): Promise<void> {
  const mine = await ProcessLock.acquire(base, 'The run');
  const [name = ''] = await readdir(folder);
  const file = path.join(folder, name);
  await mine.release();
  const holder = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...holder, released: false, ...other }));
}

/** The fields of /proc/PID/stat from the third on. */
async function statOf(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

it('is held by one at a time, and names its holder to the others', async () => {
  const first = await ProcessLock.acquire(base, 'The run');
  await expect(ProcessLock.acquire(base, 'The run')).rejects.toMatchObject({
    code: 'locked',
    holder: { pid: process.pid },
  });
  await first.release();
  expect(await ProcessLock.holder(base)).toBeUndefined();
  await using second = await ProcessLock.acquire(base, 'The run');
  expect(second).toBeDefined();
});

it('is not free where it cannot be read who holds it', async () => {
  expect(await ProcessLock.holder(path.join(folder, 'none', 'lock'))).toBeUndefined();
  await mkdir(`${base}.1`);
  await expect(ProcessLock.holder(base)).rejects.toMatchObject({ code: 'not-writable' });
  await writeFile(path.join(folder, 'file'), '');
  await expect(ProcessLock.holder(path.join(folder, 'file', 'lock'))).rejects.toThrow();
});

it('goes to exactly one of many contenders', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => ProcessLock.acquire(base, 'The run')));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('frees itself when its holder has died', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  await heldBy({ pid: child.pid, started: (await statOf(child.pid ?? 0))[19] });
  await expect(ProcessLock.acquire(base, 'The run')).rejects.toMatchObject({ holder: { pid: child.pid } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await using taken = await ProcessLock.acquire(base, 'The run');
  expect(taken).toBeDefined();
});

it('is not fooled by a process that got the number of its dead holder', async () => {
  await heldBy({ started: '1' });
  await using taken = await ProcessLock.acquire(base, 'The run');
  expect(taken).toBeDefined();
});

it.each([
  ['on another machine', { host: 'elsewhere' }],
  ['in another container of this machine', { namespace: 'pid:[1]' }],
])('is never taken from a holder %s, whatever its process number is here', async (_where, other) => {
  await heldBy({ ...other, started: '1' });
  await expect(ProcessLock.acquire(base, 'The run')).rejects.toMatchObject({ code: 'locked', holder: other });
});

it('frees itself when the machine was started anew, whatever has the process number now', async () => {
  await heldBy({ boot: 'an earlier one' });
  await using taken = await ProcessLock.acquire(base, 'The run');
  expect(taken).toBeDefined();
});

it('frees itself when its holder has ended and nobody has waited for it', async () => {
  // What the shell started is a child of the program that takes its place, and that waits for nothing.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    await vi.waitFor(async () => {
      expect((await statOf(pid))[0]).toBe('Z');
    });
    await heldBy({ pid, started: (await statOf(pid))[19] });
    await using taken = await ProcessLock.acquire(base, 'The run');
    expect(taken).toBeDefined();
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  }
});

it('is cleaned of what contenders that were killed left, and of nothing else', async () => {
  const child = spawn('true');
  const [pid] = [child.pid, await once(child, 'exit')];
  const living = draftName('lock.');
  const dead = living.replace(`lock.${process.pid}-`, `lock.${pid ?? 0}-`);
  for (const name of [living, dead]) await writeFile(path.join(folder, name), '{');
  await using lock = await ProcessLock.acquire(base, 'The run');
  expect(lock).toBeDefined();
  expect((await readdir(folder)).sort()).toEqual([path.basename(living), 'lock.1'].sort());
});

it('says so when it cannot be released, and leaves nothing half-written', async () => {
  const inner = path.join(folder, 'inner');
  await mkdir(inner);
  const lock = await ProcessLock.acquire(path.join(inner, 'lock'), 'The run');
  await rm(inner, { recursive: true });
  await expect(lock.release()).rejects.toMatchObject({ code: 'not-writable' });
});

it('says so when it cannot be taken', async () => {
  await writeFile(base, '');
  await expect(ProcessLock.acquire(path.join(base, 'lock'), 'The run')).rejects.toMatchObject({ code: 'not-writable' });
});

it('is not taken from a holder whose name cannot be read', async () => {
  await mkdir(`${base}.1`);
  await expect(ProcessLock.acquire(base, 'It')).rejects.toMatchObject({ code: 'not-writable' });
});
