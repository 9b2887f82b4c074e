import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/** What tells a process from every other one, also from a later one with its number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Differs after a reboot; empty where the system does not tell. */
  readonly boot: string;
  /** The process number's namespace: in another one the same number is another process. */
  readonly namespace: string;
  /** When the process started, in the kernel's ticks; empty where the system does not tell. */
  readonly started: string;
}

const readProc = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
};

/** The fields of /proc/PID/stat from the third on; the second may contain spaces and parentheses. */
const statOf = (pid: number): readonly string[] => {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

const startTicks = (pid: number): string => statOf(pid)[19] ?? '';

/** A process that ended and that nobody has waited for still has its number. */
const isZombie = (pid: number): boolean => ['Z', 'X'].includes(statOf(pid)[0] ?? '');

export const namespace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
};

const bootId = (): string => readProc('/proc/sys/kernel/random/boot_id');

export const thisProcess = (): ProcessIdentity => ({
  pid: process.pid,
  host: os.hostname(),
  boot: bootId(),
  namespace: namespace(),
  started: startTicks(process.pid),
});

/** Whether a process is known to have ended; of one on another machine or in another namespace that cannot be known. */
export function hasEnded({ pid, host, boot, namespace: itsNamespace, started }: ProcessIdentity): boolean {
  if (host !== os.hostname()) return false;
  if (boot !== bootId()) return true;
  return itsNamespace === namespace() && !isRunning(pid, started);
}

/** Whether the process that started at that time runs here. */
export function isRunning(pid: number, started: string): boolean {
  if (!exists(pid)) return false;
  const stat = statOf(pid);
  // Where processes of others are hidden, one that exists may be any; it counts as the one that is asked for.
  if (stat.length < 2) return exists(pid);
  return started === startTicks(pid) && !isZombie(pid);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
