import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
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

/**
 * Those of them that parse and print: what runs a codemod, what its modules import, and what these need themselves, but nothing further
 * down. To look at all of them takes longer than most of what is then to be done.
 *
 * Throws `ModuleUnreadableError`.
 */
export async function parsersBehindCodemod(module: string): Promise<readonly string[]> {
  parsersOfLanes ??= installedPackages(laneProgram, ofLanes, 1);
  const [lane, own] = await Promise.all([parsersOfLanes, packagesBehind(module, 1)]);
  return [...new Set([...lane, ...own])].sort();
}

let parsersOfLanes: Promise<readonly string[]> | undefined;

/** The packages that a module and those of its own package import, with all that these need. Throws `ModuleUnreadableError`. */
export async function packagesBehind(module: string, depth = Infinity): Promise<readonly string[]> {
  const { texts } = await readModules(module);
  const found = await Promise.all(
    [...texts].map(([file, text]) => installedPackages(file, importedPackages(text.toString('utf8')), depth)),
  );
  return [...new Set(found.flat())].sort();
}

/**
 * Packages as Node finds them from a file, and all that they need, as `name@version`, sorted; those that are not installed are left out.
 * Not asynchronous within: hundreds of small files take a fifth of the time.
 *
 * @param depth of what they need, and these in turn
 */
export async function installedPackages(
  from: string,
  names: readonly string[],
  depth = Infinity,
): Promise<readonly string[]> {
  const found = new Map<string, { readonly named: string; readonly left: number }>();
  const visit = (at: string, name: string, left: number): void => {
    const folder = find(at, name);
    // Met again less deep, it has more below it that counts.
    if (folder === undefined || (found.get(folder)?.left ?? -1) >= left) return;
    const manifest = manifestIn(folder);
    found.set(folder, { named: `${name}@${manifest.version ?? 'unknown'}`, left });
    if (left === 0) return;
    // Those of peers and of platforms are not there everywhere.
    const needed = [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies];
    for (const next of needed.flatMap((each) => Object.keys(each ?? {}))) visit(folder, next, left - 1);
  };
  const start = path.dirname(await realpath(from));
  for (const name of names) visit(start, name, depth);
  return [...new Set([...found.values()].map(({ named }) => named))].sort();
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;

function find(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const place = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(place, 'package.json'))) return realpathSync(place);
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
