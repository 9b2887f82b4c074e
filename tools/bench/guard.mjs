import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { makeGuardRepository } from './guard-repository.mjs';
import { metered } from './metered.mjs';
import { spread } from './statistics.mjs';

/** @typedef {import('./statistics.mjs').Spread} Spread */

const sizes = {
  large: { files: 90_000, specs: 10_000, changed: 5000, signed: 0 },
  signed: { files: 1000, specs: 1000, changed: 1000, signed: 200 },
};

/**
 * What the spec guard takes, beside the git commands without which nobody could know what changed.
 *
 * @param {string} cli
 * @param {{ runs: number, folder: string, root: string, onProgress: (what: string) => void }} options `root` is a normal repository
 */
export async function compareGuard(cli, { runs, folder, root, onProgress }) {
  onProgress('repositories for the spec guard');
  const large = await makeGuardRepository(path.join(folder, 'large'), sizes.large);
  const signed = await makeGuardRepository(path.join(folder, 'signed'), sizes.signed);
  const normal = path.join(folder, 'normal');
  const small = makeSmallChange(root, normal);

  const guard = (/** @type {string[]} */ ...args) =>
    /** @type {const} */ ([process.execPath, cli, 'guard', '--format', 'json', ...args]);
  onProgress('spec guard');
  const sides = await inTurns(runs, {
    diff: { command: ['git', 'diff', '--name-only', 'HEAD~1', 'HEAD'], cwd: large },
    files: { command: ['git', 'ls-files'], cwd: large },
    large: { command: guard('--base', 'HEAD~1'), cwd: large },
    signed: { command: guard('--base', 'HEAD~1', '--dry-run'), cwd: signed },
    small: { command: guard('--base', small.base, '--dry-run'), cwd: normal },
    bareNode: { command: [process.execPath, '-e', '0'], cwd: normal },
  });
  const memory = await metered(guard('--base', 'HEAD~1'), { cwd: large, memory: true });
  const over = (/** @type {'wall' | 'cpu'} */ what) => ({
    git: sides.large[what].median / (sides.diff[what].median + sides.files[what].median),
    signedToNode: sides.signed[what].median / sides.bareNode[what].median,
    smallToNode: sides.small[what].median / sides.bareNode[what].median,
  });
  return {
    ...sides,
    sizes: { ...sizes, small: small.files },
    peakMegabytes: memory.peakMegabytes ?? Number.NaN,
    load: os.loadavg()[0] ?? 0,
    ratio: { wall: over('wall'), cpu: over('cpu') },
  };
}

/**
 * A copy of a repository with twenty changed files on top.
 *
 * @param {string} root
 * @param {string} copy
 */
function makeSmallChange(root, copy) {
  const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: copy, encoding: 'utf8' }).trim();
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, copy]);
  const base = git('rev-parse', 'HEAD');
  const names = git('ls-files', 'packages/*.ts').split('\n').slice(0, 20);
  execFileSync('bash', ['-c', 'for file; do echo "// changed" >>"$file"; done', 'bash', ...names], { cwd: copy });
  git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '--quiet', '--all', '--message=change');
  return { base, files: names.length };
}

/**
 * Runs commands in turns, so that what else the machine does weighs on all alike.
 *
 * @template {string} Name
 * @param {number} runs
 * @param {Record<Name, { command: readonly string[], cwd: string }>} commands
 */
async function inTurns(runs, commands) {
  const names = /** @type {Name[]} */ (Object.keys(commands));
  /** @type {Record<string, import('./metered.mjs').Cost[]>} */
  const costs = Object.fromEntries(names.map((name) => [name, []]));
  for (let n = -1; n < runs; n += 1) {
    for (const name of names) {
      const { command, cwd } = commands[name];
      const cost = await metered(/** @type {[string, ...string[]]} */ (command), { cwd });
      // The first round only fills the caches of the file system.
      if (n >= 0) costs[name]?.push(cost);
    }
  }
  const of = (/** @type {Name} */ name, /** @type {'wallSeconds' | 'cpuSeconds'} */ what) =>
    spread((costs[name] ?? []).map((cost) => cost[what]));
  return /** @type {Record<Name, { wall: Spread, cpu: Spread }>} */ (
    Object.fromEntries(names.map((name) => [name, { wall: of(name, 'wallSeconds'), cpu: of(name, 'cpuSeconds') }]))
  );
}
