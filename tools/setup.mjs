#!/usr/bin/env node
/**
 * Usage: node tools/setup.mjs [project...]
 *
 * Brings a checkout to the point where the given projects run: dependencies installed, projects built. Says nothing
 * when nothing is to be done. Plain Node: it is what installs everything else.
 */
import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const workspaceRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Work that ends within this many milliseconds is not announced. */
const quietFor = 3000;

/** A failure whose message is all the user needs. */
export class SetupError extends Error {}

/** @param {readonly string[]} projects Nx projects to build, with what they depend on */
export async function setup(projects) {
  requireNode(process.versions.node);
  if (!(await installed())) await install();
  if (projects.length > 0) await build(projects);
}

/** @param {string} version */
function requireNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Node ${version} is too old: codex-orch needs Node 20.19 or newer. See https://nodejs.org.`);
  }
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm leaves a lockfile of its own there; a fresh branch
 * touches ours without changing it, so an older date alone is no reason to install again.
 */
async function installed() {
  const wanted = path.join(workspaceRoot, 'package-lock.json');
  const present = path.join(workspaceRoot, 'node_modules', '.package-lock.json');
  const times = await Promise.all([stat(wanted), stat(present)]).catch(() => undefined);
  if (times === undefined) return false;
  if (times[1].mtimeMs >= times[0].mtimeMs) return true;
  const [lock, hidden] = await Promise.all([readPackages(wanted), readPackages(present)]);
  return Object.entries(lock).every(([name, entry]) => {
    const found = hidden[name];
    // npm leaves out the root, and optional packages made for other platforms.
    if (found === undefined) return name === '' || entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockEntry
 * @param {string} file
 * @returns {Promise<Record<string, LockEntry>>}
 */
async function readPackages(file) {
  return JSON.parse(await readFile(file, 'utf8')).packages;
}

async function install() {
  process.stderr.write('Installing dependencies (npm ci) …\n');
  const npm = process.env['npm_execpath'];
  const args = ['ci', '--no-audit', '--no-fund'];
  const code = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...args], 'announce')
    : await run('npm', args, 'announce');
  if (code !== 0) throw new SetupError(`npm ci failed (exit code ${code}); its output is above.`);
}

/** @param {readonly string[]} projects */
async function build(projects) {
  const manifest = createRequire(path.join(workspaceRoot, 'package.json')).resolve('nx/package.json');
  const { bin } = JSON.parse(await readFile(manifest, 'utf8'));
  const nx = path.resolve(path.dirname(manifest), bin.nx);
  const slow = setTimeout(() => process.stderr.write(`Building ${projects.join(', ')} …\n`), quietFor);
  const code = await run(process.execPath, [nx, 'run-many', '-t', 'build', '-p', projects.join(',')], 'on failure');
  clearTimeout(slow);
  if (code !== 0) throw new SetupError(`The build of ${projects.join(', ')} failed; its output is above.`);
}

/**
 * Standard output stays free for what runs after set-up, so everything goes to standard error.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {'announce' | 'on failure'} show when to show the output
 * @returns {Promise<number>} the exit code
 */
function run(command, args, show) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: workspaceRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A daemon would outlive the command it was started for.
      env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
    });
    /** @type {Buffer[]} */
    const kept = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (/** @type {Buffer} */ chunk) => {
        if (show === 'announce') process.stderr.write(chunk);
        else kept.push(chunk);
      });
    }
    child.on('error', (cause) => reject(new SetupError(`${command} could not be started: ${cause.message}`)));
    child.on('close', (code) => {
      if (code !== 0) process.stderr.write(Buffer.concat(kept));
      resolve(code ?? 1);
    });
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await setup(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
