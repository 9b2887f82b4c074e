import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { goal, testCommand } from './goal-world.mjs';
import { inSequence, MeteredError } from './metered.mjs';
import { spread } from './statistics.mjs';

/**
 * @typedef {import('./goal-world.mjs').GoalWorld} GoalWorld
 * @typedef {import('./metered.mjs').Cost} Cost
 *
 * @typedef {object} Program
 * @property {string} cli the script of codex-orch
 * @property {string} codex the binary of Codex
 */

/** The exit code of a run whose diff waits for approval: as far as a goal goes without a human. */
const waiting = 3;

/**
 * The whole pipeline over one goal, until its diff waits for approval.
 *
 * @param {GoalWorld} world
 * @param {Program} program
 * @param {object} options
 * @param {string} options.home CODEX_ORCH_HOME
 * @param {boolean} [options.memory]
 * @param {readonly string[]} [options.nodeOptions]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<{ cost: Cost, repository: string }>}
 */
export async function runPipeline(world, program, { home, memory = false, nodeOptions = [], env = {} }) {
  const repository = await world.repository();
  const flags = ['--repo', repository, '--driver', 'app-server', '--codex', program.codex, '--model', 'gpt-5.5'];
  const tests = ['--base-url', world.baseUrl, '--test', testCommand.join(' ')];
  const cost = await world.measure([process.execPath, ...nodeOptions, program.cli, 'run', ...flags, ...tests, goal], {
    env: { ...process.env, CODEX_ORCH_HOME: home, ...env },
    expected: [waiting],
    memory,
  });
  return { cost, repository };
}

/**
 * The same edit by `codex exec` alone, and then the same tests.
 *
 * @param {GoalWorld} world
 * @param {Program} program
 * @param {object} options
 * @param {string} options.home CODEX_HOME
 * @param {boolean} [options.memory]
 * @returns {Promise<{ codex: Cost, tests: Cost }>}
 */
async function runBare(world, { codex }, { home, memory = false }) {
  const cwd = await world.repository();
  const turn = [codex, 'exec', '--json', '--sandbox', 'workspace-write', `${goal}.`];
  const env = { ...process.env, CODEX_HOME: home };
  const costs = {
    codex: await world.measure(/** @type {[string, ...string[]]} */ (turn), { cwd, env, memory }),
    tests: await world.measure(testCommand, { cwd, memory }),
  };
  if (!(await readFile(path.join(cwd, 'greet.mjs'), 'utf8')).includes('toUpperCase')) {
    throw new MeteredError('Bare Codex made no edit, so there is nothing to compare with.');
  }
  return costs;
}

/**
 * Measures both sides in turns, so that whatever else the machine does meets both.
 *
 * @param {GoalWorld} world
 * @param {Program} program
 * @param {{ runs: number, memoryRuns: number, onProgress: (what: string) => void }} options
 */
export async function compareGoal(world, program, { runs, memoryRuns, onProgress }) {
  const orchHome = world.place('orch-home');
  const usedHome = await world.codexHome();
  onProgress('warm-up');
  await runPipeline(world, program, { home: orchHome });
  await runBare(world, program, { home: usedHome });

  const pipeline = [];
  const bare = {
    usedHome: /** @type {Cost[]} */ ([]),
    newHome: /** @type {Cost[]} */ ([]),
    tests: /** @type {Cost[]} */ ([]),
  };
  for (let n = 1; n <= runs; n += 1) {
    onProgress(`goal ${n}/${runs}`);
    pipeline.push((await runPipeline(world, program, { home: orchHome })).cost);
    const used = await runBare(world, program, { home: usedHome });
    const fresh = await runBare(world, program, { home: await world.codexHome() });
    bare.usedHome.push(used.codex);
    bare.newHome.push(fresh.codex);
    bare.tests.push(used.tests);
  }
  const peaks = { pipeline: /** @type {number[]} */ ([]), bare: /** @type {number[]} */ ([]) };
  for (let n = 1; n <= memoryRuns; n += 1) {
    onProgress(`memory ${n}/${memoryRuns}`);
    const ours = await runPipeline(world, program, { home: orchHome, memory: true });
    const theirs = await runBare(world, program, { home: usedHome, memory: true });
    peaks.pipeline.push(ours.cost.peakMegabytes ?? 0);
    peaks.bare.push(inSequence([theirs.codex, theirs.tests]).peakMegabytes ?? 0);
  }
  return summarize(pipeline, bare, peaks);
}

/**
 * @param {readonly Cost[]} pipeline
 * @param {{ usedHome: readonly Cost[], newHome: readonly Cost[], tests: readonly Cost[] }} bare
 * @param {{ pipeline: readonly number[], bare: readonly number[] }} peaks
 */
function summarize(pipeline, bare, peaks) {
  const both = (/** @type {readonly Cost[]} */ turns) =>
    describe(turns.map((turn, n) => inSequence([turn, bare.tests[n] ?? turn])));
  const sides = {
    pipeline: { ...describe(pipeline), peakMegabytes: spread(peaks.pipeline) },
    bare: { ...both(bare.usedHome), peakMegabytes: spread(peaks.bare) },
    bareWithNewHome: both(bare.newHome),
    tests: describe(bare.tests),
  };
  return {
    ...sides,
    ratio: {
      wall: sides.pipeline.wallSeconds.median / sides.bare.wallSeconds.median,
      cpu: sides.pipeline.cpuSeconds.median / sides.bare.cpuSeconds.median,
      memory: sides.pipeline.peakMegabytes.median / sides.bare.peakMegabytes.median,
    },
    overhead: {
      wallSeconds: sides.pipeline.wallSeconds.median - sides.bare.wallSeconds.median,
      cpuSeconds: sides.pipeline.cpuSeconds.median - sides.bare.cpuSeconds.median,
      megabytes: sides.pipeline.peakMegabytes.median - sides.bare.peakMegabytes.median,
    },
  };
}

/** @param {readonly Cost[]} costs */
function describe(costs) {
  return {
    wallSeconds: spread(costs.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: spread(costs.map(({ cpuSeconds }) => cpuSeconds)),
  };
}
