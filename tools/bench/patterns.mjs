import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { metered, MeteredError } from './metered.mjs';
import { astGrepSide } from './patterns-ast-grep.mjs';
import {
  changedLines,
  differing,
  fetchSources,
  hashesOf,
  makeRepository,
  reset,
  sourceFiles,
} from './patterns-corpus.mjs';
import { printPatterns } from './patterns-print.mjs';
import { spread } from './statistics.mjs';

/** @typedef {import('./metered.mjs').Cost} Cost */
/** @typedef {{ wallSeconds: import('./statistics.mjs').Spread, cpuSeconds: import('./statistics.mjs').Spread }} Side */

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const transform = here('./patterns-node-protocol.mjs');
const edits = here('./patterns-node-protocol-edits.mjs');
const jscodeshift = path.join(
  path.dirname(createRequire(import.meta.url).resolve('jscodeshift/package.json')),
  'bin',
  'jscodeshift.js',
);

/** @param {string} root @param {string} module @param {...string} flags */
const ours = (root, module, ...flags) =>
  /** @type {const} */ ([process.execPath, here('./patterns-apply.mjs'), root, module, ...flags]);

/** @param {string} root */
const theirs = (root) =>
  /** @type {const} */ ([
    process.execPath,
    jscodeshift,
    '--silent',
    '--parser=tsx',
    '--extensions=js,mjs,cjs,ts',
    `--transform=${transform}`,
    root,
  ]);

/**
 * The same transform over the same files, by the command of jscodeshift and by ours: with a tenth and with a hundredth of the files
 * matching, and once more with nothing left to change.
 *
 * @param {{ runs: number, onProgress: (what: string) => void }} options
 */
export async function comparePatterns({ runs, onProgress }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'codex-orch-bench-patterns-'));
  try {
    const sources = fetchSources(folder, onProgress);
    onProgress('which files match');
    const files = sourceFiles(sources);
    const whole = path.join(folder, 'whole');
    makeRepository(sources, files, whole);
    const probe = JSON.parse(execFileSync(...asFile(ours(whole, transform, '--dry-run')), { encoding: 'utf8' }));
    rmSync(whole, { recursive: true });
    const changed = new Set(/** @type {string[]} */ (probe.changed));
    const matches = (/** @type {string} */ name) => changed.has(name.replaceAll('node_modules', 'modules'));
    const [matching, others] = [files.filter(matches), files.filter((name) => !matches(name))];
    const size = Math.min(matching.length * 10, Math.floor(others.length / 0.99));

    const results = [];
    for (const share of [0.1, 0.01]) {
      const count = Math.round(size * share);
      const root = path.join(folder, `repository-${share}`);
      makeRepository(sources, [...matching.slice(0, count), ...others.slice(0, size - count)], root);
      results.push({ share, files: size, matching: count, ...(await compareOn(root, { runs, folder, onProgress })) });
      rmSync(root, { recursive: true });
    }
    return { results, load: os.loadavg()[0] ?? 0, cpus: os.cpus().length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {readonly [string, ...string[]]} command @returns {[string, string[]]} */
const asFile = ([file, ...args]) => [file, args];

/**
 * @param {string} root
 * @param {{ runs: number, folder: string, onProgress: (what: string) => void }} options
 */
async function compareOn(root, { runs, folder, onProgress }) {
  const astGrep = await astGrepSide(folder);
  /** @type {Record<string, Cost[]>} */
  const costs = {};
  const take = async (/** @type {string} */ name, /** @type {readonly [string, ...string[]]} */ command) => {
    onProgress(`${path.basename(root)}: ${name}`);
    (costs[name] ??= []).push(await metered(command, { cwd: root }));
  };
  let raw = new Map();
  let theirOutput = new Map();
  let ourOutput = new Map();
  let theirLines = new Map();
  let ourLines = new Map();
  for (let run = 0; run < runs; run += 1) {
    reset(root);
    await take('jscodeshift', theirs(root));
    raw = hashesOf(root);
    theirOutput = hashesOf(root, { normalise: true });
    theirLines = changedLines(root);
    await take('jscodeshift again', theirs(root));
    if (differing(raw, hashesOf(root)).length > 0) throw new MeteredError('The transform is not idempotent.');

    reset(root);
    await take('ours', ours(root, transform));
    ourOutput = hashesOf(root, { normalise: true });
    ourLines = changedLines(root);
    await take('ours again', ours(root, transform));

    reset(root);
    await take('ours, minimal edits', ours(root, edits));
    if (astGrep.command) {
      reset(root);
      await take('ast-grep', astGrep.command);
    }
  }
  reset(root);
  await take('ours, --compat', ours(root, transform, '--compat'));
  const other = differing(theirOutput, ourOutput);
  const linesOf = (/** @type {Map<string, number>} */ lines) =>
    [...lines.values()].reduce((sum, count) => sum + count, 0);
  const sides = /** @type {Record<string, Side>} */ (
    Object.fromEntries(
      Object.entries(costs).map(([name, all]) => [
        name,
        {
          wallSeconds: spread(all.map((cost) => cost.wallSeconds)),
          cpuSeconds: spread(all.map((cost) => cost.cpuSeconds)),
        },
      ]),
    )
  );
  const ratio = (/** @type {string} */ slow, /** @type {string} */ fast) => ({
    wall: (sides[slow]?.wallSeconds.median ?? Number.NaN) / (sides[fast]?.wallSeconds.median ?? Number.NaN),
    cpu: (sides[slow]?.cpuSeconds.median ?? Number.NaN) / (sides[fast]?.cpuSeconds.median ?? Number.NaN),
  });
  return {
    sides,
    astGrep: astGrep.reason,
    ratio: { cold: ratio('jscodeshift', 'ours'), again: ratio('jscodeshift again', 'ours again') },
    sameInCompat: differing(raw, hashesOf(root)).length === 0,
    // The `find` of jscodeshift fills in fields, for which recast writes statements with regular expressions anew.
    other: {
      files: other.length,
      notFewerLines: other.filter((file) => (ourLines.get(file) ?? 0) > (theirLines.get(file) ?? 0)).length,
    },
    changedLines: { jscodeshift: linesOf(theirLines), ours: linesOf(ourLines) },
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const runs = Number(process.argv[2] ?? 1);
  const results = await comparePatterns({ runs, onProgress: (what) => process.stderr.write(`${what} …\n`) });
  process.stdout.write(printPatterns(results));
  if (process.argv[3] !== undefined) writeFileSync(process.argv[3], JSON.stringify(results, undefined, 2));
}
