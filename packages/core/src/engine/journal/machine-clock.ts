import { readFileSync } from 'node:fs';
import os from 'node:os';

/** A moment on the clock of one start of one machine, which nobody can set. */
export interface MachineMoment {
  /** Names that start; undefined where the system does not tell. */
  readonly boot: string | undefined;
  /** Milliseconds since it. */
  readonly uptimeMs: number;
}

export function machineMoment(): MachineMoment {
  let boot: string | undefined;
  try {
    boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Not Linux.
  }
  return { boot, uptimeMs: Math.round(os.uptime() * 1000) };
}

/**
 * Milliseconds that have passed since a moment: by the machine's own clock where it has not been started anew, else by the wall clock,
 * which may have been set meanwhile. Never negative.
 */
export function elapsedSince(
  then: { readonly [K in keyof MachineMoment]?: MachineMoment[K] | undefined },
  wallClockThen: number,
  now: MachineMoment = machineMoment(),
  wallClockNow: number = Date.now(),
): number {
  const isSameStart = then.boot !== undefined && then.boot === now.boot && then.uptimeMs !== undefined;
  return Math.max(0, isSameStart ? now.uptimeMs - (then.uptimeMs ?? 0) : wallClockNow - wallClockThen);
}
