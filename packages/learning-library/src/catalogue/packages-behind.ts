import { readFile, realpath } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { ifAbsent } from '@codex-orch/core';
import { laneProgram } from '../lane/permissions.js';
import { version } from '../version.js';
import { readModules } from './module-digest.js';

/** What a lane itself runs codemods with. */
const ofLanes = ['jscodeshift', 'oxc-parser'];

/** Under a process they do not change, and they are more than a hundred. */
let behindLanes: Promise<readonly string[]> | undefined;

/**
 * All packages that decide what a codemod does, beside its own code: what runs it, what its modules import, and all that these need, as
 * `name@version`, sorted. {@link digestModule} stands for the code, this for the rest: a parser that is upgraded is another codemod.
 *
 * Throws `ModuleUnreadableError`.
 */
export async function packagesBehindCodemod(module: string): Promise<readonly string[]> {
  behindLanes ??= installedPackages(laneProgram, ofLanes);
  const [lane, own] = await Promise.all([behindLanes, packagesBehind(module)]);
  return [...new Set([`@codex-orch/learning-library@${version}`, ...lane, ...own])].sort();
}

/** The packages that a module and those of its own package import, with all that these need. Throws `ModuleUnreadableError`. */
export async function packagesBehind(module: string): Promise<readonly string[]> {
  const { texts } = await readModules(module);
  const found = await Promise.all(
    [...texts].map(([file, text]) => installedPackages(file, importedPackages(text.toString('utf8')))),
  );
  return [...new Set(found.flat())].sort();
}

/** Packages as Node finds them from a file, and all that they need, as `name@version`, sorted; those that are not installed are left out. */
export async function installedPackages(from: string, names: readonly string[]): Promise<readonly string[]> {
  const found = new Map<string, string>();
  const visit = async (at: string, name: string): Promise<void> => {
    const folder = await find(at, name);
    if (folder === undefined || found.has(folder)) return;
    // Two that need it ask at the same time.
    found.set(folder, '');
    const manifest = await manifestIn(folder);
    found.set(folder, `${name}@${manifest.version ?? 'unknown'}`);
    // Those of peers and of platforms are not there everywhere.
    const needed = [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies];
    for (const next of needed.flatMap((each) => Object.keys(each ?? {}))) await visit(folder, next);
  };
  for (const name of names) await visit(path.dirname(await realpath(from)), name);
  return [...new Set(found.values())].sort();
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifestIn = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;

async function find(from: string, name: string): Promise<string | undefined> {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const place = await ifAbsent(realpath(path.join(folder, 'node_modules', name)), undefined);
    if (place !== undefined && (await ifAbsent(realpath(path.join(place, 'package.json')), undefined)) !== undefined)
      return place;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** A text that only looks like an import is harmless: there is no such package, or one more is looked at. */
function importedPackages(source: string): readonly string[] {
  const found = source.matchAll(
    /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'`])((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^"'`\n]*)?\1/g,
  );
  const names = [...found].map(([, , name]) => name ?? '');
  return [...new Set(names)].filter((name) => !name.startsWith('.') && !isBuiltin(name));
}
