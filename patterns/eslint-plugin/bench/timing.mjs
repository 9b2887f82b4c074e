#!/usr/bin/env node
/**
 * Usage: npx tsup && node bench/timing.mjs [--runs N] FOLDER...
 *
 * Lints folders with every rule of the built plugin (`strict`) beside core's `no-unused-vars`, with ESLint's own
 * stopwatch, and prints the median share of each rule of several runs. No rule may take more than `no-unused-vars`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const limit = 'no-unused-vars';
/** A development dependency of the workspace: whoever installs the plugin need not have it. */
const parserName = '@typescript-eslint/parser';

const { values, positionals: folders } = parseArgs({
  options: { runs: { type: 'string', default: '5' } },
  allowPositionals: true,
});
if (folders.length === 0) throw new Error('Name at least one folder to lint');

const eslint = path.join(path.dirname(require.resolve('eslint/package.json')), 'bin', 'eslint.js');
const scratch = await mkdtemp(path.join(os.tmpdir(), 'eslint-plugin-timing-'));
try {
  const config = path.join(scratch, 'eslint.config.mjs');
  await writeFile(config, configText());
  /** @type {Map<string, number[]>} */
  const times = new Map();
  for (let index = 0; index < Number(values.runs); index += 1) {
    for (const [rule, milliseconds] of await measure(config))
      times.set(rule, [...(times.get(rule) ?? []), milliseconds]);
  }
  report(times);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** The rules of one run and their milliseconds, as `--stats` tells them. */
async function measure(config) {
  const output = path.join(scratch, 'results.json');
  const args = [
    eslint,
    '--no-config-lookup',
    '--config',
    config,
    '--stats',
    '--format',
    'json',
    '--output-file',
    output,
  ];
  await run(process.execPath, [...args, ...folders.map((folder) => path.resolve(folder))], {
    cwd: path.parse(process.cwd()).root,
    maxBuffer: 1 << 26,
  }).catch((error) => {
    // ESLint ends with 1 when it has something to report.
    if (error.code !== 1) throw error;
  });
  const times = new Map();
  for (const { stats } of JSON.parse(await readFile(output, 'utf8'))) {
    for (const { rules = {} } of stats.times.passes) {
      for (const [rule, { total }] of Object.entries(rules)) times.set(rule, (times.get(rule) ?? 0) + total);
    }
  }
  return times;
}

/** @param {Map<string, number[]>} times */
function report(times) {
  const medians = [...times].map(([rule, each]) => ({
    rule,
    milliseconds: each.sort((a, b) => a - b)[each.length >> 1] ?? 0,
  }));
  const all = medians.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const most = medians.find(({ rule }) => rule === limit)?.milliseconds ?? 0;
  for (const { rule, milliseconds } of medians.sort((a, b) => b.milliseconds - a.milliseconds)) {
    const share = `${((milliseconds / all) * 100).toFixed(1)} %`.padStart(7);
    const compared = rule === limit ? '' : `  ${(milliseconds / most).toFixed(2)} of ${limit}`;
    process.stdout.write(`${share} ${milliseconds.toFixed(0).padStart(6)} ms  ${rule}${compared}\n`);
  }
  const slow = medians.filter(({ milliseconds }) => milliseconds > most);
  if (slow.length > 0) process.exitCode = 1;
}

function configText() {
  const parser = pathToFileURL(require.resolve(parserName)).href;
  const plugin = new URL('../dist/index.js', import.meta.url).href;
  return `import parser from '${parser}';
import plugin from '${plugin}';
export default [
  { ignores: ['**/node_modules/**', '**/dist/**', '**/out-tsc/**', '**/*.min.js', '**/*.d.ts'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' } },
  { files: ['**/*.{js,cjs}'], languageOptions: { sourceType: 'commonjs' } },
  { files: ['**/*.{ts,mts,cts}'], languageOptions: { parser } },
  { files: ['**/*.{js,mjs,cjs,ts,mts,cts}'], rules: { '${limit}': 'error' } },
  plugin.configs.strict,
];
`;
}
