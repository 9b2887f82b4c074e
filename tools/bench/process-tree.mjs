import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

// Looking takes long enough to slow down what is looked at, and then more of it is there at one time.
const sampleEveryMs = 50;

/**
 * Watches the memory of all descendants of a process. `stop` tells the most that they held at one time, in megabytes of
 * PSS: a page that several share counts once.
 *
 * @param {number} root
 */
export function watchMemory(root) {
  let peakKilobytes = 0;
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      peakKilobytes = Math.max(peakKilobytes, await proportionalKilobytes(await descendants(root)));
      await delay(sampleEveryMs);
    }
  })();
  return {
    /** @returns {Promise<number>} */
    stop: async () => {
      stopped = true;
      await watching;
      return peakKilobytes / 1024;
    },
  };
}

/**
 * @typedef {object} Seen
 * @property {number} pid
 * @property {number} parent
 * @property {boolean} isStarted whether it has become a program of its own, by exec
 */

/**
 * @param {number} root
 * @returns {Promise<Seen[]>}
 */
async function descendants(root) {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const seen = (await Promise.all(pids.map(look))).filter((process) => process !== undefined);
  const parents = new Map(seen.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (/** @type {number | undefined} */ pid) => {
    for (let at = pid; at !== undefined && at > 0; at = parents.get(at)) if (at === root) return true;
    return false;
  };
  return seen.filter(({ parent }) => isBelow(parent));
}

/** PF_FORKNOEXEC of the kernel. */
const notStarted = 0x40;

/** @param {number} pid @returns {Promise<Seen | undefined>} */
async function look(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The program's name stands in brackets and may hold anything.
  const [, parent, , , , , flags] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(parent), isStarted: (Number(flags) & notStarted) === 0 };
}

/**
 * What processes hold together.
 *
 * A child of vfork lives in its parent's memory until it becomes another program, and the kernel tells all of it for both. With a
 * child of fork a parent shares pages instead, of which the kernel tells a part for each.
 *
 * @param {readonly Seen[]} processes
 */
async function proportionalKilobytes(processes) {
  const sizes = new Map(
    await Promise.all(processes.map(async ({ pid }) => /** @type {const} */ ([pid, await size(pid)]))),
  );
  return processes.reduce((sum, { pid, parent, isStarted }) => {
    const { pss = 0, shared = 0 } = sizes.get(pid) ?? {};
    const borrows = !isStarted && shared < pss / 100 && pss > (sizes.get(parent)?.pss ?? Infinity) * 0.9;
    return borrows ? sum : sum + pss;
  }, 0);
}

/** @param {number} pid */
async function size(pid) {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kilobytes = (/** @type {string} */ name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? 0);
  return { pss: kilobytes('Pss'), shared: kilobytes('Shared_Dirty') };
}
