import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Asset } from './asset-entry.js';
import { AssetNotInstalledError } from './errors.js';

/** Where the code of an asset is. */
export interface LocatedModule {
  /** Absolute path. */
  readonly module: string;
  /** Absolute path of the folder of its package. */
  readonly folder: string;
  /** Of the package; undefined where its `package.json` has none. */
  readonly version: string | undefined;
}

/** Finds the module of an asset as Node would from the folder of the index. Throws {@link AssetNotInstalledError}. */
export async function locateModule(
  { id, package: from, module }: Pick<Asset, 'id' | 'package' | 'module'>,
  indexFolder: string,
): Promise<LocatedModule> {
  if (from.startsWith('./')) {
    const folder = path.resolve(indexFolder, from);
    const file = path.resolve(folder, module);
    if (!existsSync(file)) throw new AssetNotInstalledError(id, `${from}/${module}`, 'there is no such file');
    return { module: file, folder, version: await versionOf(folder) };
  }
  const specifier = path.posix.join(from, module);
  const { resolve } = createRequire(path.join(indexFolder, 'index.json'));
  try {
    const file = resolve(specifier);
    if (!existsSync(file)) throw new Error(`${file} is not there`);
    const folder = packageFolder(file, from);
    return { module: file, folder, version: await versionOf(folder) };
  } catch (error) {
    throw new AssetNotInstalledError(
      id,
      specifier,
      error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    );
  }
}

/** The nearest folder around a file whose `package.json` has this name. */
function packageFolder(file: string, name: string): string {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest) && (createRequire(manifest)(manifest) as { name?: unknown }).name === name) return folder;
    if (folder === path.dirname(folder)) return path.dirname(file);
  }
}

async function versionOf(folder: string): Promise<string | undefined> {
  try {
    const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof manifest.version === 'string' ? manifest.version : undefined;
  } catch {
    return undefined;
  }
}
