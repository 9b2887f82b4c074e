import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { MeteredError } from './metered.mjs';

/** Packages whose tarballs carry thousands of sources, of every style: CommonJS, ES modules, TypeScript, LF and CRLF. */
const packages = [
  'npm@10.9.2',
  'eslint@9.39.0',
  'webpack@5.97.1',
  'core-js@3.39.0',
  'rxjs@7.8.1',
  'date-fns@4.1.0',
  'firebase-tools@13.29.1',
  'lodash@4.17.21',
  'three@0.171.0',
  'typeorm@0.3.20',
];

/** Bundles are no sources: nobody runs a codemod over them. */
const MAX_BYTES = 200_000;

/** @param {string} cwd @param {...string} args */
const git = (cwd, ...args) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });

/** @param {string} root */
export const trackedFiles = (root) => git(root, 'ls-files', '-z').split('\0').slice(0, -1);

/**
 * Fetches the packages and gives the folder of their sources.
 *
 * @param {string} folder
 * @param {(what: string) => void} onProgress
 */
export function fetchSources(folder, onProgress) {
  const all = path.join(folder, 'sources');
  mkdirSync(all, { recursive: true });
  for (const name of packages) {
    onProgress(`npm pack ${name}`);
    const unpacked = path.join(all, name);
    mkdirSync(unpacked);
    try {
      const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, name], {
        encoding: 'utf8',
      });
      const tarball = path.join(folder, packed.trim().split('\n').at(-1) ?? '');
      execFileSync('tar', ['-xzf', tarball, '-C', unpacked], { stdio: 'ignore' });
      rmSync(tarball);
    } catch (error) {
      throw new MeteredError(`${name} cannot be fetched: ${error instanceof Error ? error.message : error}`);
    }
  }
  return all;
}

/**
 * A repository with these files of a folder. Bundled dependencies count as sources here, so their folders get another name.
 *
 * @param {string} sources
 * @param {readonly string[]} files
 * @param {string} root
 */
export function makeRepository(sources, files, root) {
  mkdirSync(root, { recursive: true });
  for (const file of files) {
    const place = path.join(root, file.replaceAll('node_modules', 'modules'));
    mkdirSync(path.dirname(place), { recursive: true });
    cpSync(path.join(sources, file), place);
  }
  git(root, 'init', '--quiet');
  git(root, 'config', 'core.autocrlf', 'false');
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message=start');
}

/** @param {string} sources */
export function sourceFiles(sources) {
  return (
    readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.min)\.(?:[cm]?js|ts)$/.test(name) && !/\.d\.[cm]?ts$/.test(name))
      .filter((name) => {
        const entry = statSync(path.join(sources, name));
        return entry.isFile() && entry.size <= MAX_BYTES;
      })
      // A fixed order without meaning, so that the first few of it stand for all.
      .map((name) => ({ name, key: createHash('sha256').update(name).digest('hex') }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ name }) => name)
  );
}

/** Brings a repository back to its commit, and forgets what was kept to be faster. @param {string} root */
export function reset(root) {
  git(root, 'checkout', '--quiet', '.');
  rmSync(path.join(root, '.runs'), { recursive: true, force: true });
  rmSync(path.join(root, '.git', 'codex-orch'), { recursive: true, force: true });
}

/**
 * The hash of every file.
 *
 * @param {string} root
 * @param {{ normalise?: boolean }} [options] `normalise` takes line ends for equal
 */
export function hashesOf(root, { normalise = false } = {}) {
  const files = trackedFiles(root).map((file) => {
    const content = readFileSync(path.join(root, file), 'latin1');
    const text = normalise ? content.replaceAll('\r\n', '\n') : content;
    return /** @type {const} */ ([file, createHash('sha256').update(text, 'latin1').digest('hex')]);
  });
  return new Map(files);
}

/** The files in which two sets of hashes differ. @param {Map<string, string>} a @param {Map<string, string>} b */
export const differing = (a, b) => [...a].filter(([file, hash]) => b.get(file) !== hash).map(([file]) => file);

/** How many lines of each file differ from the commit. @param {string} root */
export function changedLines(root) {
  const lines = git(root, 'diff', '--numstat', '-z').split('\0').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const [added = '0', , file = ''] = line.split('\t');
      return [file, Number(added)];
    }),
  );
}
