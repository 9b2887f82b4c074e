/** @param {number} value */
const s = (value) => `${value.toFixed(2)} s`;
/** @param {number} value */
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
/** @param {number} value */
const mb = (value) => `${value.toFixed(0)} MB`;
/** @param {number} value */
const times = (value) => `${value.toFixed(2)}×`;

/**
 * @param {import('./statistics.mjs').Spread} values
 * @param {(value: number) => string} unit
 */
const range = ({ median, min, max }, unit) => `${unit(median)} (${unit(min)} – ${unit(max)})`;

/**
 * Columns as wide as their widest cell; the first is to the left.
 *
 * @param {readonly (readonly string[])[]} rows
 */
function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join('  '),
    )
    .join('\n');
}

/** @typedef {Awaited<ReturnType<typeof import('./run.mjs').bench>>} Results */

/**
 * @param {Results} results
 * @returns {string}
 */
export function printResults({ goal, phases, startup, journal, guard, runs, machine }) {
  const { pipeline, bare, bareWithNewHome, ratio, overhead, tests } = goal;
  const sections = [
    `${machine.cpus} CPUs, load ${machine.load.toFixed(1)}, Node ${machine.node}, Codex ${machine.codex}. Median (least – most) of ${runs} runs.`,
    `One goal: codex-orch run, against bare codex exec and then the same tests`,
    table([
      ['', 'wall', 'CPU', 'peak memory'],
      ['codex-orch', range(pipeline.wallSeconds, s), range(pipeline.cpuSeconds, s), range(pipeline.peakMegabytes, mb)],
      ['bare Codex', range(bare.wallSeconds, s), range(bare.cpuSeconds, s), range(bare.peakMegabytes, mb)],
      ['  with a new CODEX_HOME', range(bareWithNewHome.wallSeconds, s), range(bareWithNewHome.cpuSeconds, s), ''],
      ['  of which tests', range(tests.wallSeconds, s), range(tests.cpuSeconds, s), ''],
      ['ratio', times(ratio.wall), times(ratio.cpu), times(ratio.memory)],
      ['what we add', s(overhead.wallSeconds), s(overhead.cpuSeconds), mb(overhead.megabytes)],
    ]),
    `Where it goes: our own process took ${s(phases.ownCpuSeconds)} of CPU`,
    table([
      ['phase', 'wall', 'our JavaScript'],
      ...phases.phases
        .filter(({ wallMs, jsMs }) => wallMs >= 2 || jsMs >= 2)
        .map(({ name, wallMs, jsMs }) => [name, ms(wallMs), ms(jsMs)]),
    ]),
    table([
      ['program', 'calls', 'wall', 'CPU'],
      ...phases.children.map(({ program, calls, wallMs, cpuMs }) => [program, String(calls), ms(wallMs), ms(cpuMs)]),
    ]),
    table([
      ['JavaScript of', 'time'],
      ...phases.modules.filter((module) => module.ms >= 2).map((module) => [module.name, ms(module.ms)]),
    ]),
    'Start-up',
    table([
      ['', 'wall', 'CPU', 'wall ratio', 'CPU ratio'],
      ['node -e 0', range(startup.bareNode.wallSeconds, s), range(startup.bareNode.cpuSeconds, s), '', ''],
      .../** @type {const} */ (['version', 'help']).map((name) => [
        `codex-orch --${name}`,
        range(startup[name].wallSeconds, s),
        range(startup[name].cpuSeconds, s),
        times(startup.ratio[name].wall),
        times(startup.ratio[name].cpu),
      ]),
    ]),
    `Journal: ${journal.steps} steps, each acknowledged by an fdatasync, against as many bare appends`,
    table([
      ['', 'a second', 'each', 'half below', '99 % below', 'CPU each'],
      .../** @type {const} */ (['journal', 'bare']).map((name) => [
        name,
        journal[name].stepsPerSecond.toFixed(0),
        ms(journal[name].msPerStep),
        ms(journal[name].p50Ms),
        ms(journal[name].p99Ms),
        ms(journal[name].cpuMsPerStep),
      ]),
      ['ratio', '', times(journal.ratio.wall), '', '', ''],
    ]),
    printGuard(guard).trimEnd(),
  ];
  return `${sections.join('\n\n')}\n`;
}

/**
 * @param {Awaited<ReturnType<typeof import('./guard.mjs').compareGuard>>} guard
 * @returns {string}
 */
export function printGuard(guard) {
  const { large, signed } = guard.sizes;
  const row = (/** @type {string} */ name, /** @type {typeof guard.large} */ { wall, cpu }) => [
    name,
    range(wall, s),
    range(cpu, s),
  ];
  const ratio = (/** @type {string} */ name, /** @type {keyof typeof guard.ratio.wall} */ of) => [
    name,
    times(guard.ratio.wall[of]),
    times(guard.ratio.cpu[of]),
  ];
  return [
    `Spec guard: ${large.specs} specs, ${large.files + large.specs} tracked files, ${large.changed} changed; the machine's load at the end ${guard.load.toFixed(1)}`,
    '',
    table([
      ['', 'wall', 'CPU'],
      row('git diff --name-only', guard.diff),
      row('git ls-files', guard.files),
      row('codex-orch guard', guard.large),
      ratio('  to both git commands', 'git'),
      ['  peak memory, git included', mb(guard.peakMegabytes), ''],
      row(`${signed.specs} specs, ${signed.signed} signatures`, guard.signed),
      ratio('  to node -e 0', 'signedToNode'),
      row(`this repository, ${guard.sizes.small} changed files`, guard.small),
      ratio('  to node -e 0', 'smallToNode'),
      row('node -e 0', guard.bareNode),
    ]),
    '',
  ].join('\n');
}

/** @type {Readonly<Record<string, string>>} */
const laneSides = {
  exec: 'codex exec, so many processes',
  execAndTests: '  and then the tests',
  sdk: '@openai/codex-sdk',
  driver: 'our driver alone, one app-server',
  goals: 'codex-orch goals run, all of it',
};

/**
 * @param {Awaited<ReturnType<typeof import('./lanes.mjs').compareLanes>>} lanes
 * @returns {string}
 */
export function printLanes({ runs, sizes }) {
  const sections = sizes.map(({ n, sides, ratio }) =>
    [
      `${n} ${n === 1 ? 'goal' : 'goals at a time'}; median (least – most) of ${runs}`,
      table([
        ['', 'wall', 'CPU', 'peak memory'],
        ...Object.entries(sides).map(([side, { wallSeconds, cpuSeconds, peakMegabytes }]) => [
          laneSides[side] ?? side,
          range(wallSeconds, s),
          range(cpuSeconds, s),
          range(peakMegabytes, mb),
        ]),
        ...Object.entries({
          'driver to exec': ratio.driverToExec,
          'driver to SDK': ratio.driverToSdk,
          'goals to SDK': ratio.goalsToSdk,
          'codex-orch to exec': ratio.goalsToExec,
          'codex-orch to exec and tests': ratio.goalsToExecAndTests,
        }).flatMap(([name, of]) => (of ? [[name, times(of.wall), times(of.cpu), times(of.memory)]] : [])),
      ]),
    ].join('\n'),
  );
  return `${sections.join('\n\n')}\n`;
}
