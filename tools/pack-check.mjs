#!/usr/bin/env node
/**
 * Usage: node tools/pack-check.mjs [folder...]
 *
 * Packs every publishable package as `npm publish` would and examines the tarballs: publint, Are the types wrong,
 * nothing that does not belong there, everything that the manifest promises.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { workspaceRoot } from './setup.mjs';

const exec = promisify(execFile);
const require = createRequire(import.meta.url);

/** What no user of a package needs; a demo's sample project has tests of its own. */
const unwanted =
  /\.test\.|(^|\/)(test|tests|fixtures|__testfixtures__|__snapshots__|out-tsc|coverage|\.runs)\/|\.tsbuildinfo$/;

const scratch = await mkdtemp(path.join(os.tmpdir(), 'pack-check-'));
try {
  const folders = process.argv.length > 2 ? process.argv.slice(2) : await publishable();
  let failed = 0;
  for (const folder of folders) {
    const problems = await check(folder);
    process.stdout.write(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${folder}\n`);
    for (const problem of problems) process.stdout.write(`     ${problem.replaceAll('\n', '\n     ')}\n`);
    if (problems.length > 0) failed += 1;
  }
  process.stdout.write(`${folders.length - failed} of ${folders.length} packages are fit to publish\n`);
  if (failed > 0 || folders.length === 0) process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** @returns {Promise<string[]>} folders of workspaces that are not private */
async function publishable() {
  const folders = [];
  for (const parent of ['packages', 'patterns', 'tools']) {
    const entries = await readdir(path.join(workspaceRoot, parent), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((candidate) => candidate.isDirectory())) {
      const folder = `${parent}/${entry.name}`;
      const manifest = await readFile(path.join(workspaceRoot, folder, 'package.json'), 'utf8').catch(() => undefined);
      if (manifest !== undefined && JSON.parse(manifest).private !== true) folders.push(folder);
    }
  }
  return folders.sort();
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>} what is wrong with its tarball
 */
async function check(folder) {
  const tarball = await pack(folder);
  const unpacked = path.join(scratch, `${path.basename(folder)}-unpacked`);
  await mkdir(unpacked);
  await exec('tar', ['-xzf', tarball, '-C', unpacked]);
  const root = path.join(unpacked, 'package');
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const problems = [
    ...(await contentProblems(root)),
    ...manifestProblems(manifest),
    ...(await publintProblems(tarball, manifest)),
    ...(await typeProblems(tarball)),
  ];
  return [...new Set(problems)];
}

/** @param {string} folder */
async function pack(folder) {
  const { stdout } = await exec('npm', ['pack', '--json', '--pack-destination', scratch], {
    cwd: path.join(workspaceRoot, folder),
  });
  return path.join(scratch, JSON.parse(stdout)[0].filename);
}

/** @param {string} root */
async function contentProblems(root) {
  const names = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
  const problems = names
    .filter((name) => unwanted.test(name) && !name.startsWith('demo/'))
    .map((name) => `${name} does not belong in a package`);
  const localPaths = [workspaceRoot, `${os.homedir()}${path.sep}`];
  for (const name of names) {
    const text = await readFile(path.join(root, name), 'utf8');
    const found = localPaths.filter((local) => local.length > 2 && text.includes(local));
    problems.push(...found.map((local) => `${name} names ${local}, a path of this machine`));
    if (name.endsWith('.map')) problems.push(...sourceMapProblems(name, JSON.parse(text), names));
  }
  return problems;
}

/**
 * tsup bundles in silence what the manifest does not declare; the source maps tell.
 *
 * @param {string} name
 * @param {{ sources: string[] }} map
 * @param {readonly string[]} names
 */
function sourceMapProblems(name, map, names) {
  const missing = map.sources
    .map((source) => path.posix.join(path.posix.dirname(name), source))
    .filter((source) => !names.includes(source));
  const bundled = /node_modules\/((?:@[^/]+\/)?[^/]+)/;
  return missing.map((source) => {
    const dependency = bundled.exec(source)?.[1];
    return dependency === undefined
      ? `${name} points to ${source}, which is not in the package`
      : `contains a copy of ${dependency}: declare it in "dependencies"`;
  });
}

/** @param {{ dependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} manifest */
function manifestProblems({ dependencies, peerDependencies }) {
  return Object.entries({ ...dependencies, ...peerDependencies })
    .filter(([, range]) => /^(file|link|workspace|portal|git\+?\w*|https?):|^\*$/.test(range))
    .map(([name, range]) => `depends on ${name}@${range}, which a user cannot install or rely on`);
}

/**
 * @param {string} tarball
 * @param {Record<string, unknown>} manifest
 */
async function publintProblems(tarball, manifest) {
  const bytes = await readFile(tarball);
  const tarballBytes = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages } = await publint({ pack: { tarball: tarballBytes }, strict: true });
  return messages
    .filter((message) => message.type !== 'suggestion')
    .map((message) => `publint: ${formatMessage(message, manifest, { color: false }) ?? message.code}`);
}

/** @param {string} tarball */
async function typeProblems(tarball) {
  const manifest = require.resolve('@arethetypeswrong/cli/package.json');
  const attw = path.join(path.dirname(manifest), require(manifest).bin.attw);
  const args = [attw, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'];
  const failure = await exec(process.execPath, args).then(
    () => undefined,
    (/** @type {{ stdout: string, stderr: string }} */ error) => error,
  );
  return failure === undefined ? [] : [`attw: ${failure.stdout}${failure.stderr}`.trim()];
}
