import process from 'node:process';
import { metered } from './metered.mjs';
import { spread } from './statistics.mjs';

/**
 * What it takes to answer without working: bare Node, `--version` and `--help`, in turns.
 *
 * @param {string} cli
 * @param {{ runs: number, onProgress: (what: string) => void }} options
 */
export async function compareStartup(cli, { runs, onProgress }) {
  const commands = /** @type {const} */ ({
    bareNode: [process.execPath, '-e', '0'],
    version: [process.execPath, cli, '--version'],
    help: [process.execPath, cli, '--help'],
  });
  const costs = {
    bareNode: /** @type {Cost[]} */ ([]),
    version: /** @type {Cost[]} */ ([]),
    help: /** @type {Cost[]} */ ([]),
  };
  onProgress('start-up');
  for (let n = -1; n < runs; n += 1) {
    for (const name of /** @type {const} */ (['bareNode', 'version', 'help'])) {
      const cost = await metered(commands[name], {});
      // The first round only fills the caches of the file system.
      if (n >= 0) costs[name].push(cost);
    }
  }
  const describe = (/** @type {readonly Cost[]} */ of) => ({
    wallSeconds: spread(of.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: spread(of.map(({ cpuSeconds }) => cpuSeconds)),
  });
  const sides = { bareNode: describe(costs.bareNode), version: describe(costs.version), help: describe(costs.help) };
  const ratio = (/** @type {'version' | 'help'} */ name) => ({
    wall: sides[name].wallSeconds.median / sides.bareNode.wallSeconds.median,
    cpu: sides[name].cpuSeconds.median / sides.bareNode.cpuSeconds.median,
  });
  return { ...sides, ratio: { version: ratio('version'), help: ratio('help') } };
}

/** @typedef {import('./metered.mjs').Cost} Cost */
