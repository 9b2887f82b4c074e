import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CodexMissingError, CodexUnusableError } from './errors.js';
import { codexPackageOf, platformBinaryOf } from './platform-binary.js';

export interface LocateOptions {
  /** A binary, or npm's Node script for it; nothing else is looked at then. */
  readonly path?: string | undefined;
  /** Folders whose `node_modules`, or those above, may hold `@openai/codex`. */
  readonly searchPaths?: readonly string[] | undefined;
  /** Where PATH is read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The repository that is worked on: nothing in it is ever run. */
  readonly untrustedRoot?: string | undefined;
}

export interface LocatedCodex {
  readonly binary: string;
  /** How it was found, in a few words. */
  readonly source: string;
}

/**
 * Finds Codex's binary without running anything: the given path, then the npm package as this module sees it, then the search
 * paths, then PATH.
 *
 * Throws {@link CodexMissingError}, and {@link CodexUnusableError} when the given path is no program.
 */
export function locateCodex({ path: given, searchPaths = [], env, untrustedRoot }: LocateOptions): LocatedCodex {
  const distrust = distrustOf(untrustedRoot);
  if (given !== undefined) {
    const wanted = path.resolve(given);
    const resolved = resolveProgram(wanted);
    if (typeof resolved !== 'string') throw new CodexUnusableError(wanted, resolved.problem);
    if (distrust(wanted, resolved)) throw new CodexUnusableError(wanted, { isInside: true });
    return { binary: resolved, source: `the given path ${given}` };
  }

  const refused: string[] = [];
  const accept = (candidate: string, resolved: string | { problem: string }): string | undefined => {
    if (typeof resolved !== 'string') return undefined;
    if (!distrust(candidate, resolved)) return resolved;
    refused.push(candidate);
    return undefined;
  };
  const froms = [import.meta.url, ...searchPaths.map((folder) => path.join(path.resolve(folder), 'package.json'))];
  for (const [index, from] of froms.entries()) {
    const root = npmPackage(from);
    const binary = root === undefined ? undefined : platformBinaryOf(root);
    const accepted = root === undefined || binary === undefined ? undefined : accept(root, binary);
    if (accepted !== undefined) {
      return {
        binary: accepted,
        source: index === 0 ? 'the npm package @openai/codex' : `@openai/codex from ${searchPaths[index - 1] ?? ''}`,
      };
    }
  }
  const names = process.platform === 'win32' ? ['codex.exe', 'codex.cmd'] : ['codex'];
  // A relative entry of PATH depends on the working folder, which may be the repository.
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const candidate of folders.flatMap((folder) => names.map((name) => path.join(folder, name)))) {
    const accepted = accept(candidate, resolveProgram(candidate));
    if (accepted !== undefined) return { binary: accepted, source: `PATH (${candidate})` };
  }
  throw new CodexMissingError(['the npm package @openai/codex', ...searchPaths, 'PATH'], refused);
}

function npmPackage(from: string): string | undefined {
  try {
    return path.dirname(createRequire(from).resolve('@openai/codex/package.json'));
  } catch {
    return undefined;
  }
}

/** Follows links, and npm's Node script to the platform's binary. */
function resolveProgram(candidate: string): string | { problem: string } {
  let real: string;
  try {
    real = realpathSync(candidate);
    if (!statSync(real).isFile()) return { problem: 'it is not a file' };
  } catch {
    return { problem: 'it does not exist' };
  }
  if (/\.[cm]?js$/.test(real)) {
    const root = codexPackageOf(real);
    if (root === undefined) return { problem: 'it is a script, but not that of @openai/codex' };
    return (
      platformBinaryOf(root) ?? {
        problem: `the package @openai/codex-${process.platform}-${process.arch} is not installed beside it`,
      }
    );
  }
  try {
    accessSync(real, constants.X_OK);
  } catch {
    return { problem: 'it is not executable' };
  }
  return real;
}

function distrustOf(untrustedRoot: string | undefined): (...paths: string[]) => boolean {
  if (untrustedRoot === undefined) return () => false;
  const roots = [path.resolve(untrustedRoot)];
  try {
    roots.push(realpathSync(untrustedRoot));
  } catch {
    // A folder that does not exist holds nothing.
  }
  const inside = (file: string) =>
    roots.some((root) => {
      const relative = path.relative(root, file);
      return (
        relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative))
      );
    });
  return (...paths) => paths.some(inside);
}
