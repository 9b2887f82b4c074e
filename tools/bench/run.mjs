#!/usr/bin/env node
/**
 * Usage: npm run bench -- [--json] [--runs <n>] [--only guard] [--cli <script>] [--codex <path>]
 *
 * Measures what codex-orch costs on top of what it drives, both sides in one run: a goal against bare Codex, start-up
 * against bare Node, the journal against bare appends, the spec guard against git. The model answers at once, so nothing but programs is measured.
 * Needs bash and /proc. Results are kept under .runs/bench/<time>.
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
import { MeteredError } from './metered.mjs';
import { findPhases } from './phases.mjs';
import { printGuard, printResults } from './print-results.mjs';
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
  const world = await GoalWorld.open();
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

/** @param {readonly string[]} args */
async function main(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      runs: { type: 'string', default: '5' },
      cli: { type: 'string', default: path.join(workspaceRoot, 'packages', 'cli', 'bin', 'codex-orch.js') },
      codex: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new MeteredError(`--runs ${values.runs}: give a number from 1 up.`);
  if (!existsSync('/proc/self/smaps_rollup')) throw new MeteredError('The benchmark reads /proc, so it needs Linux.');
  const folder = path.join(workspaceRoot, '.runs', 'bench', new Date().toISOString().replace(/[-:]|\.\d+/g, ''));
  await mkdir(folder, { recursive: true });
  const onProgress = (/** @type {string} */ what) => process.stderr.write(`${what} …\n`);
  const cli = path.resolve(values.cli);
  if (values.only !== undefined && values.only !== 'guard')
    throw new MeteredError(`--only ${values.only}: nothing but "guard" can be measured alone.`);
  const [results, text] =
    values.only === 'guard'
      ? await benchGuard({ runs, cli, folder, onProgress }).then(
          (guard) => /** @type {const} */ ([{ load: os.loadavg(), guard }, printGuard(guard)]),
        )
      : await bench({ runs, cli, codex: values.codex, folder, onProgress }).then(
          (all) => /** @type {const} */ ([all, printResults(all)]),
        );
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
