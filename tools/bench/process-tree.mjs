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
      const sizes = await Promise.all((await descendants(root)).map(proportionalKilobytes));
      peakKilobytes = Math.max(
        peakKilobytes,
        sizes.reduce((sum, size) => sum + size, 0),
      );
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
 * @param {number} root
 * @returns {Promise<number[]>}
 */
async function descendants(root) {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const parents = new Map(
    await Promise.all(pids.map(async (pid) => /** @type {const} */ ([pid, await parentOf(pid)]))),
  );
  const isBelow = (/** @type {number | undefined} */ pid) => {
    for (let at = pid; at !== undefined && at > 0; at = parents.get(at)) if (at === root) return true;
    return false;
  };
  return pids.filter((pid) => isBelow(parents.get(pid)));
}

/** @param {number} pid */
async function parentOf(pid) {
  // The program's name stands in brackets and may hold anything.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** @param {number} pid */
async function proportionalKilobytes(pid) {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
}
