import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { goal, testCommand } from './goal-world.mjs';
import { MeteredError } from './metered.mjs';
import { spread } from './statistics.mjs';

/**
 * @typedef {import('./goal-world.mjs').GoalWorld} GoalWorld
 * @typedef {import('./goal.mjs').Program} Program
 * @typedef {import('./metered.mjs').Cost} Cost
 * @typedef {'exec' | 'execAndTests' | 'sdk' | 'driver' | 'goals'} Side
 */

/** The exit code of goals that all wait for approval: as far as they go without a human. */
const waiting = 3;

const prompt = `${goal}.`;

/** Each in its folder, all at a time. A shell, because it costs next to nothing. */
const inParallel =
  'command=("${@:3:$1}"); test=("${@:3+$1:$2}"); for folder in "${@:3+$1+$2}"; do (cd "$folder" && "${command[@]}" && { [ ${#test[@]} = 0 ] || "${test[@]}"; }) & pids+=($!); done; for pid in "${pids[@]}"; do wait "$pid" || exit 1; done';

/** @param {readonly string[]} command @param {readonly string[]} test @param {readonly string[]} folders */
const fanOut = (command, test, folders) =>
  /** @type {const} */ ([
    'bash',
    '-c',
    inParallel,
    'bash',
    String(command.length),
    String(test.length),
    ...command,
    ...test,
    ...folders,
  ]);

const script = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** The vendor's SDK; the newest that there is for Node 20. It needs nothing but itself where it is told which Codex to start. */
const sdk = '@openai/codex-sdk@0.163.0';

/**
 * Fetches the vendor's SDK and gives its module, a URL.
 *
 * @param {string} folder
 */
async function fetchSdk(folder) {
  await mkdir(folder);
  try {
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, sdk], { encoding: 'utf8' });
    const tarball = path.join(folder, packed.trim().split('\n').at(-1) ?? '');
    execFileSync('tar', ['-xzf', tarball, '-C', folder], { stdio: 'ignore' });
  } catch (error) {
    throw new MeteredError(`${sdk} cannot be fetched: ${error instanceof Error ? error.message : error}`);
  }
  return pathToFileURL(path.join(folder, 'package/dist/index.js')).href;
}

/**
 * @param {GoalWorld} world
 * @param {Program} program
 * @param {number} n
 * @param {Side} side
 * @param {{ readonly home: string, readonly sdkModule: string }} bare What the bare sides need: their CODEX_HOME, and the SDK
 * @param {boolean} memory
 * @returns {Promise<Cost>}
 */
async function measure(world, { cli, codex }, n, side, { home, sdkModule }, memory) {
  if (side === 'goals') return measureGoals(world, { cli, codex }, n, memory);
  const folders = [];
  for (let at = 0; at < n; at += 1) folders.push(await world.repository());
  const env = { ...process.env, CODEX_HOME: home };
  const exec = [codex, 'exec', '--json', '--sandbox', 'workspace-write', prompt];
  try {
    switch (side) {
      case 'exec':
        return await world.measure(fanOut(exec, [], folders), { env, memory });
      case 'execAndTests':
        return await world.measure(fanOut(exec, testCommand, folders), { env, memory });
      case 'sdk':
        return await world.measure([process.execPath, script('lanes-sdk.mjs'), sdkModule, codex, prompt, ...folders], {
          env,
          memory,
        });
      default:
        return await world.measure([process.execPath, script('lanes-driver.mjs'), codex, home, prompt, ...folders], {
          env,
          memory,
        });
    }
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

/** @param {GoalWorld} world @param {Program} program @param {number} n @param {boolean} memory */
async function measureGoals(world, { cli, codex }, n, memory) {
  const repository = await world.repository();
  const orchHome = world.place('orch-home');
  await mkdir(orchHome);
  const file = path.join(orchHome, 'goals.json');
  const goals = Array.from({ length: n }, (_, at) => ({ id: `goal-${at + 1}`, goal }));
  await writeFile(file, JSON.stringify({ schemaVersion: 1, goals }));
  const config = path.join(orchHome, 'config.json');
  await writeFile(
    config,
    JSON.stringify({
      codex: { driver: 'app-server', path: codex, model: 'gpt-5.5' },
      model: { provider: { id: 'bench', baseUrl: world.baseUrl }, roles: 'api', name: 'gpt-5.5' },
      tests: { commands: [testCommand] },
    }),
  );
  const env = { ...process.env, CODEX_ORCH_HOME: orchHome, CODEX_ORCH_CONFIG: config };
  const flags = ['--repo', repository, '--concurrency', String(n)];
  try {
    const cost = await world.measure([process.execPath, cli, 'goals', 'run', file, ...flags], {
      env,
      memory,
      expected: [waiting],
    });
    await requireAllWaiting(path.join(orchHome, 'goals'));
    return cost;
  } finally {
    for (const folder of [repository, orchHome]) await rm(folder, { recursive: true, force: true });
  }
}

/** A goal that came to nothing was cheap. @param {string} folder */
async function requireAllWaiting(folder) {
  for (const name of await readdir(folder)) {
    /** @type {import('@codex-orch/core/goals').FleetRecord} */
    const { goals } = JSON.parse(await readFile(path.join(folder, name, 'fleet.json'), 'utf8'));
    for (const { id, standing, end } of goals)
      if (standing !== 'parked') throw new MeteredError(`Goal ${id} is ${standing}: ${end?.message ?? ''}`);
  }
}

/**
 * Many goals at a time: through us, through our driver alone, and as so many bare `codex exec` processes.
 *
 * @param {GoalWorld} world
 * @param {Program} program
 * @param {{ runs: number, counts: readonly number[], onProgress: (what: string) => void }} options
 */
export async function compareLanes(world, program, { runs, counts, onProgress }) {
  const sides = /** @type {Side[]} */ (['exec', 'execAndTests', 'driver', 'goals', 'sdk']);
  onProgress(`npm pack ${sdk}`);
  const bare = { home: await world.codexHome(), sdkModule: await fetchSdk(world.place('sdk')) };
  onProgress('warm-up');
  for (const side of sides) await measure(world, program, 1, side, bare, false);
  const sizes = [];
  for (const n of counts) {
    /** @type {Map<Side, Cost[]>} */
    const costs = new Map(sides.map((side) => [side, []]));
    for (let run = 1; run <= runs; run += 1) {
      for (const side of sides) {
        onProgress(`${n} × ${side}, ${run}/${runs}`);
        const { wallSeconds, cpuSeconds } = await measure(world, program, n, side, bare, false);
        // Watching memory costs CPU, so it is done in a run of its own.
        const { peakMegabytes = 0 } = await measure(world, program, n, side, bare, true);
        costs.get(side)?.push({ wallSeconds, cpuSeconds, peakMegabytes });
      }
    }
    sizes.push({ n, sides: Object.fromEntries([...costs].map(([side, each]) => [side, describe(each)])) });
  }
  return { runs, sizes: sizes.map(({ n, sides: of }) => ({ n, sides: of, ratio: ratios(of) })) };
}

/** @param {readonly Cost[]} costs */
const describe = (costs) => ({
  wallSeconds: spread(costs.map(({ wallSeconds }) => wallSeconds)),
  cpuSeconds: spread(costs.map(({ cpuSeconds }) => cpuSeconds)),
  peakMegabytes: spread(costs.map(({ peakMegabytes = 0 }) => peakMegabytes)),
});

/** @param {Readonly<Record<string, ReturnType<typeof describe>>>} sides */
function ratios(sides) {
  const of = (/** @type {Side} */ side, /** @type {Side} */ to) => {
    const [one, other] = [sides[side], sides[to]];
    if (!one || !other) throw new MeteredError(`Nothing was measured of ${side} or ${to}.`);
    return {
      wall: one.wallSeconds.median / other.wallSeconds.median,
      cpu: one.cpuSeconds.median / other.cpuSeconds.median,
      memory: one.peakMegabytes.median / other.peakMegabytes.median,
    };
  };
  return {
    driverToExec: of('driver', 'exec'),
    goalsToExec: of('goals', 'exec'),
    goalsToExecAndTests: of('goals', 'execAndTests'),
    driverToSdk: of('driver', 'sdk'),
    goalsToSdk: of('goals', 'sdk'),
  };
}
