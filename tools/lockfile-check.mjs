#!/usr/bin/env node
/**
 * Usage: node tools/lockfile-check.mjs
 *
 * Refuses a package-lock.json which installs anything but this workspace from elsewhere than the user's own registry,
 * or installs it unchecked. `.npmrc` keeps hosts out of the lockfile; a user's own settings could let them in.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { workspaceRoot } from './setup.mjs';

const file = path.join(workspaceRoot, 'package-lock.json');
/** @type {Record<string, { resolved?: string, integrity?: string, link?: boolean, inBundle?: boolean }>} */
const packages = JSON.parse(await readFile(file, 'utf8')).packages;

const problems = Object.entries(packages).flatMap(([name, entry]) => {
  if (!name.includes('node_modules/')) return [];
  if (entry.link === true) {
    return entry.resolved !== undefined && entry.resolved in packages
      ? []
      : [`${name} is linked to ${entry.resolved}, which is no workspace`];
  }
  if (entry.resolved !== undefined) return [`${name} is tied to ${entry.resolved}`];
  return entry.integrity === undefined && entry.inBundle !== true ? [`${name} has no integrity digest`] : [];
});

if (problems.length > 0) {
  process.stderr.write(`package-lock.json:\n${problems.map((problem) => `  ${problem}\n`).join('')}`);
  process.stderr.write(
    'Delete the "resolved" lines, or run npm install with the .npmrc of this repository in effect.\n',
  );
  process.exitCode = 1;
}
