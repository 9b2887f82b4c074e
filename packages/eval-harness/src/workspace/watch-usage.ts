import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What processes took of the machine. */
export interface Usage {
  /** Of all of them. */
  readonly cpuMs: number;
  /** The most that any one of them held at any time; none where no process was seen. */
  readonly peakBytes: number | undefined;
}

export interface UsageWatch {
  /** Undefined where the system does not tell. */
  end(): Usage | undefined;
}

/** Looked at so often: what a process takes after the last look is missing, and one that is shorter may be missed. */
const everyMs = 100;

/** An old process is looked at less often, so that no more than this part of its age is missing: to look at all that it started costs. */
const partOfAge = 1 / 20;

/** What Linux counts times of processes in, on every architecture. */
const tickMs = 10;

/**
 * Watches what the children of this process whose arguments name a folder, and all that they start, take of the machine. The kernel
 * keeps the most memory that each process ever held, and the times of those that have ended and were waited for.
 *
 * @param by `place` for processes that work in the folder, whatever their arguments are
 */
export function watchUsage(folder: string, by: 'arguments' | 'place' = 'arguments'): UsageWatch {
  const isOwn = (pid: Pid): boolean =>
    by === 'place'
      ? `${placeOf(pid)}/`.startsWith(`${folder}/`)
      : argumentsOf(pid).some((word) => isAbout(word, folder));
  const cpu = new Map<number, number>();
  const seen = new Map<number, { readonly first: number; readonly last: number }>();
  let peak: number | undefined;
  const look = (): void => {
    const now = performance.now();
    for (const root of childrenOf('self')) {
      if (!cpu.has(root) && !isOwn(root)) continue;
      const { first, last } = seen.get(root) ?? { first: now, last: -Infinity };
      if (now - last < (last - first) * partOfAge) continue;
      seen.set(root, { first, last: now });
      let ticks = 0;
      for (const pid of withDescendants(root)) {
        ticks += ticksOf(pid);
        const bytes = highWaterOf(pid);
        if (bytes !== undefined) peak = Math.max(peak ?? 0, bytes);
      }
      cpu.set(root, Math.max(cpu.get(root) ?? 0, ticks));
    }
  };
  const timer = process.platform === 'linux' ? setInterval(look, everyMs) : undefined;
  timer?.unref();
  return {
    end() {
      if (!timer) return undefined;
      clearInterval(timer);
      const ticks = [...cpu.values()].reduce((sum, number) => sum + number, 0);
      return { cpuMs: ticks * tickMs, peakBytes: peak };
    },
  };
}

/** Does some work, and tells what it took, as {@link watchUsage} does. */
export async function measured<T>(
  folder: string,
  work: () => Promise<T>,
  by?: 'arguments' | 'place',
): Promise<{ readonly value: T; readonly durationMs: number; readonly usage: Usage | undefined }> {
  const watch = watchUsage(folder, by);
  const started = performance.now();
  try {
    return { value: await work(), durationMs: performance.now() - started, usage: watch.end() };
  } finally {
    watch.end();
  }
}

/**
 * Milliseconds of CPU that this process, and those of its children that it waited for, took so far; undefined where nobody tells.
 * What bubblewrap confines is not among them, as it ends without waiting for that.
 */
export function cpuSoFar(): number | undefined {
  return process.platform === 'linux' ? ticksOf('self') * tickMs : undefined;
}

const isAbout = (word: string, folder: string): boolean => word.endsWith(folder) || word.includes(`${folder}/`);

type Pid = number | 'self';

function* withDescendants(pid: number): Generator<number> {
  yield pid;
  for (const child of childrenOf(pid)) yield* withDescendants(child);
}

/** A process that ends meanwhile has no children any more. */
function childrenOf(pid: Pid): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

const argumentsOf = (pid: Pid): string[] => read(`/proc/${pid}/cmdline`).split('\0');

function placeOf(pid: Pid): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** Its own, and those of its children that have ended. */
function ticksOf(pid: Pid): number {
  // The name before may hold anything.
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

function highWaterOf(pid: Pid): number | undefined {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
