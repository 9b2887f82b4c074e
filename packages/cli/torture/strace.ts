import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { codexOrch, type Ended, type Fault } from '../test/whole-way.js';
import type { World } from '../test/world.js';

/** Every system call with which the orchestrator changes something on disk. */
export const mutatingCalls = [
  'write',
  'writev',
  'pwrite64',
  'copy_file_range',
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
  'utimensat',
] as const;

export type MutatingCall = (typeof mutatingCalls)[number];

/** The n-th call of a kind that a thread makes. */
export interface CallPoint {
  readonly call: MutatingCall;
  readonly n: number;
}

export const callAt = ({ call, n }: CallPoint): string => `${call}:${n}`;

const isMutating = (call: string | undefined): call is MutatingCall =>
  (mutatingCalls as readonly (string | undefined)[]).includes(call);

/** Traces the orchestrator and its threads, and lets go of every other program that they start. */
const strace = ['strace', '-f', '-y', '-b', 'execve', '-qq'];

// One thread for files, so that the n-th call is the n-th call.
const env = { UV_THREADPOOL_SIZE: '1' };

export const hasStrace = (): boolean => spawnSync('strace', ['--version']).status === 0;

const inject = ({ call, n }: CallPoint, what: string, log: string): Fault => ({
  env,
  under: [...strace, '-o', log, '-e', `trace=${call}`, '-e', `inject=${call}:${what}:when=${n}`],
});

/** Kills the orchestrator when a thread of it makes that call, before the call has done anything. */
export const killAt = (point: CallPoint): Fault => inject(point, 'signal=KILL', '/dev/null');

/** Lets that call of each thread fail, once. The log tells whether one did. */
export const failAt = (point: CallPoint, error: string, log: string): Fault => inject(point, `error=${error}`, log);

export const hasFailed = async (log: string): Promise<boolean> =>
  (await readFile(log, 'utf8').catch(() => '')).includes('(INJECTED)');

/** Node wakes its own threads through descriptors too; nobody else sees those writes. */
const changesAFile = (call: MutatingCall, rest: string): boolean =>
  !['write', 'writev'].includes(call) || /^\d+<(\/(?!dev\/)|socket:)/.test(rest);

/** The calls of a trace that change something, each with its number among the calls of its kind and thread. */
function callsIn(trace: string): CallPoint[] {
  const counts = new Map<string, number>();
  const found: CallPoint[] = [];
  for (const line of trace.split('\n')) {
    const [, thread, call, rest = ''] = /^(\d+)\s+(\w+)\((.*)/.exec(line) ?? [];
    if (thread === undefined || !isMutating(call)) continue;
    const n = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, n);
    if (changesAFile(call, rest)) found.push({ call, n });
  }
  return found;
}

/** Runs a command, and returns it with the calls by which it changed something. */
export async function traced(
  world: World,
  args: readonly string[],
): Promise<{ readonly ended: Ended; readonly calls: readonly CallPoint[] }> {
  const log = path.join(world.root, 'strace.log');
  const ended = await codexOrch(world, args, {
    env,
    under: [...strace, '-o', log, '-e', `trace=${mutatingCalls.join(',')}`],
  });
  return { ended, calls: callsIn(await readFile(log, 'utf8')) };
}
