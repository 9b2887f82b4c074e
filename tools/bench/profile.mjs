import { readFile } from 'node:fs/promises';

/**
 * @typedef {object} CpuProfile
 * @property {{ id: number, callFrame: { functionName: string, url: string } }[]} nodes
 * @property {number} startTime
 * @property {number[]} samples
 * @property {number[]} timeDeltas
 */

/**
 * Reads a profile of V8. A sample counts as work unless the process was idle.
 *
 * @param {string} file
 * @param {number} monotonicAtStart when the process started, in milliseconds of the monotonic clock
 */
export async function readProfile(file, monotonicAtStart) {
  /** @type {CpuProfile} */
  const { nodes, startTime, samples, timeDeltas } = JSON.parse(await readFile(file, 'utf8'));
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]));
  /** @type {{ at: number, ms: number }[]} */
  const busy = [];
  /** @type {Map<string, number>} */
  const byModule = new Map();
  let now = startTime;
  for (const [n, id] of samples.entries()) {
    now += timeDeltas[n] ?? 0;
    // A sample stands for the time until the next one.
    const ms = Math.max(0, timeDeltas[n + 1] ?? 0) / 1000;
    const owner = owners.get(id);
    if (owner === undefined) continue;
    busy.push({ at: now / 1000 - monotonicAtStart, ms });
    byModule.set(owner, (byModule.get(owner) ?? 0) + ms);
  }
  return {
    busyMsBetween: (/** @type {number} */ from, /** @type {number} */ to) =>
      busy.reduce((sum, { at, ms }) => (at >= from && at < to ? sum + ms : sum), 0),
    byModule: [...byModule].map(([name, ms]) => ({ name, ms })).toSorted((a, b) => b.ms - a.ms),
  };
}

/**
 * The package a function belongs to; undefined for time in which nothing was done.
 *
 * @param {CpuProfile['nodes'][number]['callFrame']} callFrame
 */
function ownerOf({ functionName, url }) {
  if (functionName === '(idle)') return undefined;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url.startsWith('node:')) return 'Node';
  const installed = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (installed !== undefined) return installed;
  const ours = /\/packages\/([^/]+)\/(dist\/[^/]*|bin\/[^/]*)/.exec(url);
  if (ours) return `@codex-orch/${ours[1] ?? ''}`;
  return url === '' ? 'V8 and native code' : 'other';
}
