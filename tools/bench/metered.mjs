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

// Node tells the CPU of itself alone. A shell tells that of all descendants that were waited for; what ends just after whoever started it
// is given the moment that it needs.
const timing =
  'LC_ALL=C; exec 3>"$1"; shift; from=$EPOCHREALTIME; "$@" 3>&-; code=$?; to=$EPOCHREALTIME; sleep 0.2; { echo "$from $to"; times; } >&3; exit $code';

/** Makes the shell the one who waits for every orphan: a sandbox ends without waiting for what it confines. */
const asReaper = ['--dev-bind', '/', '/', '--unshare-pid', '--as-pid-1', '--die-with-parent', '--proc', '/proc', '--'];

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
 * @param {string} [options.bubblewrap] to count what sandboxes confine too; without it that is missing
 * @returns {Promise<Cost>}
 */
export async function metered(
  command,
  { cwd = process.cwd(), env = process.env, expected = [0], memory = false, bubblewrap },
) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-bench-'));
  const timesFile = path.join(folder, 'times');
  const outputFile = path.join(folder, 'output');
  try {
    const output = await open(outputFile, 'w');
    const shell = ['bash', '-c', timing, 'bash', timesFile, ...command];
    const [file = '', ...args] = bubblewrap === undefined ? shell : [bubblewrap, ...asReaper, ...shell];
    const child = spawn(file, args, {
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
    const [clock = '', , children = ''] = (await readFile(timesFile, 'utf8')).split('\n');
    const [from = 0, to = 0] = clock.split(' ').map(Number);
    const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
      (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
      0,
    );
    const cost = { wallSeconds: to - from, cpuSeconds };
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
