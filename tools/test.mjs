#!/usr/bin/env node
/**
 * Usage: npm test [-- [package...] [part of a test file's path...] [vitest arguments]]
 *
 * Runs the whole test suite, or that of the packages or files named, and keeps what it said under .runs/tests/<time>. The last
 * line printed counts the tests.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { setup, SetupError, workspaceRoot } from './setup.mjs';

/** Folders whose folders are packages. */
const parents = ['packages', 'patterns', 'tools'];

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
const folder = path.join(workspaceRoot, '.runs', 'tests', time);
const files = {
  log: path.join(folder, 'vitest.log'),
  junit: path.join(folder, 'junit.xml'),
  json: path.join(folder, 'results.json'),
};

const { exitCode, counts, complaint } = await test(process.argv.slice(2));
if (complaint !== undefined) process.stderr.write(`${complaint}\n`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = exitCode;

/**
 * Never reports success without a passed test: a run that goes wrong as a whole counts as one failure.
 *
 * @param {readonly string[]} args
 * @returns {Promise<{ exitCode: number, counts: Counts, complaint?: string }>}
 */
async function test(args) {
  const unknown = await unknownNames(args);
  if (unknown.length > 0) {
    const packages = (await testedPackages()).map((folder) => path.basename(folder)).sort();
    return {
      exitCode: 1,
      counts: { passed: 0, failed: 1, skipped: 0 },
      complaint: `No package and no test file is called ${unknown.map((name) => JSON.stringify(name)).join(' or ')}. Packages: ${packages.join(', ')}. A test file goes by any part of its path below its package.`,
    };
  }
  try {
    // End-to-end tests start the built command, and Nx loads the built plugin.
    await setup(['cli', 'nx']);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { exitCode: 1, counts: { passed: 0, failed: 1, skipped: 0 }, complaint: error.message };
  }
  await mkdir(folder, { recursive: true });
  const exitCode = await runVitest(args);
  const counts = (await readCounts()) ?? { passed: 0, failed: 0, skipped: 0 };
  process.stdout.write(`\nLog:   ${relative(files.log)}\nJUnit: ${relative(files.junit)}\n`);
  if (counts.failed > 0) return { exitCode: exitCode || 1, counts };
  const failedRun = { exitCode: exitCode || 1, counts: { ...counts, failed: 1 } };
  if (exitCode !== 0) return { ...failedRun, complaint: `Vitest ended with exit code ${exitCode}; see the log.` };
  if (counts.passed === 0)
    return {
      ...failedRun,
      complaint: `No test passed, so nothing was tested${args.length > 0 ? ` by: npm test -- ${args.join(' ')}` : ''}.`,
    };
  return { exitCode, counts };
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
async function runVitest(args) {
  const log = createWriteStream(files.log);
  const child = spawn(
    process.execPath,
    [
      path.join(workspaceRoot, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=junit',
      `--outputFile.junit=${files.junit}`,
      '--reporter=json',
      `--outputFile.json=${files.json}`,
      ...args.map(asProject),
    ],
    { cwd: workspaceRoot, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  child.stdout.on('data', (chunk) => keep(chunk, process.stdout));
  child.stderr.on('data', (chunk) => keep(chunk, process.stderr));
  /**
   * @param {Buffer} chunk
   * @param {NodeJS.WritableStream} live
   */
  function keep(chunk, live) {
    live.write(chunk);
    log.write(stripVTControlCharacters(chunk.toString()));
  }

  // A signal goes to vitest and all that its tests started, and the last words still belong into the log.
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, forward);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 130));
  });
  log.end();
  await finished(log);
  return code;
}

/**
 * Vitest looks for a plain word in test paths below each package, where the package's own name never occurs.
 *
 * @param {string} arg
 */
function asProject(arg) {
  return isPackage(arg) ? `--project=${arg}` : arg;
}

/** @param {string} name */
function isPackage(name) {
  return parents.some((parent) => isTested(path.join(workspaceRoot, parent, name)));
}

/** @param {string} folder */
function isTested(folder) {
  return existsSync(path.join(folder, 'vitest.config.ts'));
}

async function testedPackages() {
  const folders = await Promise.all(
    parents.map(async (parent) => {
      const names = await readdir(path.join(workspaceRoot, parent)).catch(() => []);
      return names.map((name) => path.join(workspaceRoot, parent, name));
    }),
  );
  return folders.flat().filter(isTested);
}

/**
 * The names that fit neither a package nor a test file. Vitest overlooks such a name as long as another one fits.
 *
 * @param {readonly string[]} args
 */
async function unknownNames(args) {
  // A word behind an option may be its value.
  const names = args.filter((arg, at) => !arg.startsWith('-') && !args[at - 1]?.startsWith('-') && !isPackage(arg));
  if (names.length === 0) return [];
  const paths = (await Promise.all((await testedPackages()).map(testPaths))).flat();
  return names.filter((name) => {
    const wanted = path.normalize(name.replace(/:\d+$/, '')).toLowerCase();
    return !paths.some((file) => file.includes(wanted));
  });
}

/**
 * Each test file of a package, named below its package, below the workspace and from the root of the file system.
 *
 * @param {string} folder
 */
async function testPaths(folder) {
  const files = await Promise.all(
    ['src', 'test'].map(async (part) => {
      const names = await readdir(path.join(folder, part), { recursive: true }).catch(() => []);
      return names.filter((name) => name.endsWith('.test.ts')).map((name) => path.join(folder, part, name));
    }),
  );
  return files
    .flat()
    .flatMap((file) => [path.relative(folder, file), relative(file), file])
    .map((file) => file.toLowerCase());
}

/**
 * A test file that could not even be loaded has no tests to count: it counts as one failure.
 *
 * @returns {Promise<Counts | undefined>}
 */
async function readCounts() {
  const text = await readFile(files.json, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const results = JSON.parse(text);
  const unloadable = results.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + unloadable.length,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

/** @param {string} file */
function relative(file) {
  return path.relative(workspaceRoot, file);
}
