#!/usr/bin/env node
/**
 * Usage: npm run bench -- [--json] [--runs <n>] [--only guard|patterns|lanes] [--cli <script>] [--codex <path>]
 *
 * Measures what codex-orch costs on top of what it drives, both sides in one run: a goal against bare Codex, start-up
 * against bare Node, the journal against bare appends, the spec guard against git. The model answers at once, so nothing but programs is measured.
 * Needs bash and /proc. Results are kept under .runs/bench/<time>.
 *
 * Codemods are measured against jscodeshift only when asked for: their files are fetched from the npm registry.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { probeCodex } from '@codex-orch/mcp-adapter';
import { workspaceRoot } from '../setup.mjs';
import { compareGoal } from './goal.mjs';
import { GoalWorld } from './goal-world.mjs';
import { compareGuard } from './guard.mjs';
import { compareJournal } from './journal.mjs';
import { compareLanes } from './lanes.mjs';
import { MeteredError } from './metered.mjs';
import { comparePatterns } from './patterns.mjs';
import { printPatterns } from './patterns-print.mjs';
import { findPhases } from './phases.mjs';
import { printGuard, printLanes, printResults } from './print-results.mjs';
import { compareStartup } from './startup.mjs';

/**
 * @param {object} options
 * @param {number} options.runs
 * @param {string} options.cli
 * @param {string | undefined} options.codex
 * @param {string} options.folder
 * @param {(what: string) => void} options.onProgress
 */
export async function bench({ runs, cli, codex, folder, onProgress }) {
  const probe = await probeCodex({ path: codex, env: process.env });
  const program = { cli, codex: probe.binary };
  const machine = {
    cpus: os.cpus().length,
    load: os.loadavg()[0] ?? 0,
    node: process.versions.node,
    codex: probe.version,
  };
  const startup = await compareStartup(cli, { runs: runs * 2, onProgress });
  const journal = await compareJournal(path.join(folder, 'journal'), { steps: 2000, onProgress });
  const guard = await benchGuard({ runs, cli, folder, onProgress });
  const world = await GoalWorld.open(probe.binary);
  try {
    const goal = await compareGoal(world, program, { runs, memoryRuns: Math.min(runs, 3), onProgress });
    const phases = await findPhases(world, program, { folder, onProgress });
    return { at: new Date().toISOString(), machine, runs, goal, phases, startup, journal, guard };
  } finally {
    await world.close();
  }
}

/**
 * The spec guard alone. Its repositories are large, so they go when they were measured.
 *
 * @param {object} options
 * @param {number} options.runs
 * @param {string} options.cli
 * @param {string} options.folder
 * @param {(what: string) => void} options.onProgress
 */
async function benchGuard({ runs, cli, folder, onProgress }) {
  const repositories = path.join(folder, 'guard');
  try {
    return await compareGuard(cli, { runs, folder: repositories, root: workspaceRoot, onProgress });
  } finally {
    await rm(repositories, { recursive: true, force: true });
  }
}

/**
 * @typedef {{ runs: number, cli: string, codex: string | undefined, folder: string, onProgress: (what: string) => void }} Given
 * @typedef {readonly [results: object, text: string]} Measured
 */

/** What can be measured alone. @type {Readonly<Record<string, (given: Given) => Promise<Measured>>>} */
const parts = {
  async guard(given) {
    const guard = await benchGuard(given);
    return [{ load: os.loadavg(), guard }, printGuard(guard)];
  },
  async patterns({ runs, onProgress }) {
    const patterns = await comparePatterns({ runs, onProgress });
    return [{ runs, patterns }, printPatterns(patterns)];
  },
  async lanes({ runs, cli, codex, onProgress }) {
    const probe = await probeCodex({ path: codex, env: process.env });
    const world = await GoalWorld.open(probe.binary);
    try {
      const program = { cli, codex: probe.binary };
      const lanes = await compareLanes(world, program, { runs, counts: [1, 10, 30], onProgress });
      return [{ load: os.loadavg(), codex: probe.version, lanes }, printLanes(lanes)];
    } finally {
      await world.close();
    }
  },
};

/** @param {Given} given @returns {Promise<Measured>} */
async function benchAll(given) {
  const all = await bench(given);
  const left = 'Codemods: not measured, because their files are fetched from the network; --only patterns does it.\n';
  return [all, `${printResults(all)}\n${left}`];
}

/** @param {readonly string[]} args */
async function main(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      runs: { type: 'string' },
      cli: { type: 'string', default: path.join(workspaceRoot, 'packages', 'cli', 'bin', 'codex-orch.js') },
      codex: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const measure = values.only === undefined ? benchAll : Object.hasOwn(parts, values.only) && parts[values.only];
  if (!measure)
    throw new MeteredError(`--only ${values.only}: only ${Object.keys(parts).join(', ')} can be measured alone.`);
  // Every run of jscodeshift goes over thousands of files, and every run of many goals starts thirty Codexes.
  const runs = Number(values.runs ?? (values.only === 'patterns' ? 2 : values.only === 'lanes' ? 3 : 5));
  if (!Number.isInteger(runs) || runs < 1) throw new MeteredError(`--runs ${values.runs}: give a number from 1 up.`);
  if (!existsSync('/proc/self/smaps_rollup')) throw new MeteredError('The benchmark reads /proc, so it needs Linux.');
  const folder = path.join(workspaceRoot, '.runs', 'bench', new Date().toISOString().replace(/[-:]|\.\d+/g, ''));
  await mkdir(folder, { recursive: true });
  const onProgress = (/** @type {string} */ what) => process.stderr.write(`${what} …\n`);
  const cli = path.resolve(values.cli);
  const [results, text] = await measure({ runs, cli, codex: values.codex, folder, onProgress });
  await writeFile(path.join(folder, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(path.join(folder, 'results.txt'), text);
  process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : text);
  process.stderr.write(`\nKept: ${path.relative(process.cwd(), folder)}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof MeteredError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
