import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPipeline } from './goal.mjs';
import { readChildren, writeMeteredPrograms } from './metered-programs.mjs';
import { readProfile } from './profile.mjs';

/**
 * @typedef {object} Phase
 * @property {string} name
 * @property {number} wallMs
 * @property {number} jsMs time in which our JavaScript, the garbage collector or Node itself worked
 */

/**
 * Where the time of one goal goes. Three further runs, as each way of looking costs something: one is profiled, one has its
 * programs metered, and one, undisturbed, tells the CPU of our own process.
 *
 * @param {import('./goal-world.mjs').GoalWorld} world
 * @param {import('./goal.mjs').Program} program
 * @param {{ folder: string, onProgress: (what: string) => void }} options `folder` keeps the profile
 */
export async function findPhases(world, program, { folder, onProgress }) {
  onProgress('phases');
  const home = world.place('orch-home');
  await runPipeline(world, program, { home });

  const own = await observe(world, program, home, []);

  const programs = world.place('programs');
  const codex = await writeMeteredPrograms(programs, { codex: program.codex });
  const PATH = `${path.join(programs, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`;
  await runPipeline(world, { ...program, codex }, { home, env: { PATH } });
  const children = await readChildren(programs);

  const profiles = path.join(folder, 'profile');
  const seen = await observe(world, program, home, ['--cpu-prof', '--cpu-prof-dir', profiles]);
  const [profileName = ''] = await readdir(profiles);
  const profile = await readProfile(path.join(profiles, profileName), seen.process.monotonicAtStart);
  const marks = await readMarks(seen.repository);
  return {
    ownCpuSeconds: own.process.cpuSeconds,
    phases: toPhases(seen.process, marks, profile.busyMsBetween),
    children,
    modules: profile.byModule,
  };
}

/**
 * @param {import('./goal-world.mjs').GoalWorld} world
 * @param {import('./goal.mjs').Program} program
 * @param {string} home
 * @param {readonly string[]} nodeOptions
 */
async function observe(world, program, home, nodeOptions) {
  const observed = world.place('observed');
  const { repository } = await runPipeline(world, program, {
    home,
    nodeOptions: ['--import', fileURLToPath(new URL('observe-process.mjs', import.meta.url)), ...nodeOptions],
    env: { BENCH_OBSERVED: observed },
  });
  /** @type {{ cpuSeconds: number, startedAt: number, endedAt: number, monotonicAtStart: number }} */
  const process = JSON.parse(await readFile(observed, 'utf8'));
  return { process, repository };
}

/**
 * The recorded moments of a run: what its journal and its events say, in order.
 *
 * @param {string} repository
 * @returns {Promise<{ at: number, what: string, step: 'begins' | 'ends' | undefined }[]>}
 */
async function readMarks(repository) {
  const runs = path.join(repository, '.runs', 'adhoc');
  const [run = ''] = await readdir(runs);
  const read = async (/** @type {string} */ name) =>
    (await readFile(path.join(runs, run, name), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const journal = (await read('journal.jsonl')).map(({ at, type, data }) => ({
    at: Date.parse(at),
    what: data.name ?? type,
    step:
      type === 'attempt'
        ? /** @type {const} */ ('begins')
        : type === 'result'
          ? /** @type {const} */ ('ends')
          : undefined,
  }));
  const events = (await read('events.jsonl')).map(({ at, type }) => ({
    at: Date.parse(at),
    what: type,
    step: undefined,
  }));
  return [...journal, ...events].toSorted((a, b) => a.at - b.at);
}

/**
 * Cuts the life of the process at its marks. What lies between the steps is called after the marks around it.
 *
 * @param {{ startedAt: number, endedAt: number }} process
 * @param {Awaited<ReturnType<typeof readMarks>>} marks
 * @param {(fromMs: number, toMs: number) => number} busyMsBetween in milliseconds since the start
 * @returns {Phase[]}
 */
function toPhases({ startedAt, endedAt }, marks, busyMsBetween) {
  /** @type {Phase[]} */
  const phases = [];
  const add = (/** @type {string} */ name, /** @type {number} */ from, /** @type {number} */ to) => {
    phases.push({ name, wallMs: to - from, jsMs: busyMsBetween(from - startedAt, to - startedAt) });
  };
  let last = { at: startedAt, what: 'start of the process' };
  for (const mark of marks) {
    add(mark.step === 'ends' ? `step ${mark.what}` : `${last.what} → ${mark.what}`, last.at, mark.at);
    last = mark;
  }
  add(`${last.what} → end of the process`, last.at, endedAt);
  return phases;
}
