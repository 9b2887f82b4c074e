import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a lane is started with, so that it can read what is named and do nothing else. */
export function permissionFlags(readable: readonly string[]): string[] {
  const isStable = process.allowedNodeEnvironmentFlags.has('--permission');
  return [
    isStable ? '--permission' : '--experimental-permission',
    // The parser that codemods and the check of their output use is compiled code.
    '--allow-addons',
    ...readable.map((place) => `--allow-fs-read=${place}`),
  ];
}

/**
 * The folders that a module needs: the one of its package, and every `node_modules` that it can import from.
 *
 * With real paths and as they are named, because either is asked for.
 */
export function foldersOf(file: string): string[] {
  const folders = new Set<string>();
  for (const start of new Set([path.dirname(file), path.dirname(realpathSync(file))])) {
    folders.add(packageRoot(start));
    for (let folder = start; ; folder = path.dirname(folder)) {
      const modules = path.basename(folder) === 'node_modules' ? folder : path.join(folder, 'node_modules');
      if (existsSync(modules)) {
        folders.add(modules);
        folders.add(realpathSync(modules));
      }
      if (folder === path.dirname(folder)) break;
    }
  }
  return [...folders].map((folder) => folder + path.sep);
}

/** The nearest folder with a `package.json`; the folder itself where there is none. */
function packageRoot(start: string): string {
  for (let folder = start; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
  }
  return start;
}

/** The program of a lane. */
export const laneProgram = fileURLToPath(new URL('./lane-program.js', import.meta.url));
