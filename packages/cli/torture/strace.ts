import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { codexOrch, type Fault } from '../test/whole-way.js';
import type { World } from '../test/world.js';

/** Every system call with which the orchestrator changes something on disk. */
export const mutatingCalls = [
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  'rename',
  'link',
  'unlink',
  'mkdir',
  'rmdir',
  'ftruncate',
  'symlink',
  'chmod',
  'fchmod',
] as const;

export type MutatingCall = (typeof mutatingCalls)[number];

/** Traces the orchestrator and its threads, and lets go of every other program that they start. */
const strace = ['strace', '-f', '-b', 'execve', '-qq'];

// One thread for files, so that the n-th call is the n-th call.
const env = { UV_THREADPOOL_SIZE: '1' };

export const hasStrace = (): boolean => spawnSync('strace', ['--version']).status === 0;

/** Kills the orchestrator when it makes a call for the n-th time. */
export const killAt = (call: MutatingCall, n: number): Fault => ({
  env,
  under: [...strace, '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${n}`],
});

/** Lets a call fail for the n-th time, once. */
export const failAt = (call: MutatingCall, n: number, error: string): Fault => ({
  env,
  under: [...strace, '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:error=${error}:when=${n}`],
});

/** How often one thread of a command makes each call, at most. */
export async function countCalls(world: World, args: readonly string[]): Promise<ReadonlyMap<MutatingCall, number>> {
  const log = path.join(world.root, 'strace.log');
  await codexOrch(world, args, { env, under: [...strace, '-o', log, '-e', `trace=${mutatingCalls.join(',')}`] });
  const counts = new Map<string, number>();
  const perThread = new Map<string, number>();
  for (const line of (await readFile(log, 'utf8')).split('\n')) {
    const [, thread, call] = /^(\d+)\s+(\w+)\(/.exec(line) ?? [];
    if (thread === undefined || call === undefined) continue;
    const key = `${thread} ${call}`;
    const count = (perThread.get(key) ?? 0) + 1;
    perThread.set(key, count);
    counts.set(call, Math.max(counts.get(call) ?? 0, count));
  }
  return counts as ReadonlyMap<MutatingCall, number>;
}
