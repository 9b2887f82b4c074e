import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { watchMemory } from './process-tree.mjs';

/**
 * What a command and everything that it started took: CPU is user and system time, in seconds.
 *
 * @typedef {object} Cost
 * @property {number} wallSeconds
 * @property {number} cpuSeconds
 * @property {number} [peakMegabytes] most that all of its processes held at one time (PSS)
 */

// Node tells the CPU of itself alone. A shell's `time` counts every descendant that was waited for, and each level here
// waits for its children: Codex for its sandbox, we for Codex.
const timing = `LC_ALL=C; TIMEFORMAT='%R %U %S'; exec 3>"$1"; shift; { time "$@" 2>&4 3>&- 4>&-; } 4>&2 2>&3`;

/** A measured command did not do what it should, so there is nothing to measure. */
export class MeteredError extends Error {}

/**
 * Runs a command and measures it. Watching memory costs CPU and disturbs the clock, so take the two from different runs.
 *
 * @param {readonly [string, ...string[]]} command
 * @param {object} options
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {readonly number[]} [options.expected] exit codes that mean success
 * @param {boolean} [options.memory]
 * @returns {Promise<Cost>}
 */
export async function metered(command, { cwd = process.cwd(), env = process.env, expected = [0], memory = false }) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-bench-'));
  const timesFile = path.join(folder, 'times');
  const outputFile = path.join(folder, 'output');
  try {
    const output = await open(outputFile, 'w');
    const child = spawn('bash', ['-c', timing, 'bash', timesFile, ...command], {
      cwd,
      env,
      stdio: ['ignore', output.fd, output.fd],
    });
    const watch = memory && child.pid !== undefined ? watchMemory(child.pid) : undefined;
    const [code] = /** @type {[number | null]} */ (await once(child, 'close'));
    await output.close();
    const peakMegabytes = await watch?.stop();
    if (code === null || !expected.includes(code)) {
      throw new MeteredError(`${command.join(' ')} ended with ${code}:\n${await readFile(outputFile, 'utf8')}`);
    }
    const [wall = 0, user = 0, system = 0] = (await readFile(timesFile, 'utf8')).trim().split(' ').map(Number);
    const cost = { wallSeconds: wall, cpuSeconds: user + system };
    return peakMegabytes === undefined ? cost : { ...cost, peakMegabytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Several commands as one: they ran one after the other.
 *
 * @param {readonly Cost[]} costs
 * @returns {Cost}
 */
export function inSequence(costs) {
  const sum = (/** @type {(cost: Cost) => number} */ of) => costs.reduce((total, cost) => total + of(cost), 0);
  const cost = { wallSeconds: sum((each) => each.wallSeconds), cpuSeconds: sum((each) => each.cpuSeconds) };
  const peaks = costs.flatMap(({ peakMegabytes }) => peakMegabytes ?? []);
  return peaks.length === 0 ? cost : { ...cost, peakMegabytes: Math.max(...peaks) };
}
