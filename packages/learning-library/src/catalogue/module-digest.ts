import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { ModuleUnreadableError } from './errors.js';

/** More than the modules of any one asset. */
const MAX_MODULES = 1000;

/**
 * What identifies the code of an asset: a SHA-256, in lower-case hex, over its module and all modules of its own package that this imports.
 *
 * A short list and not one file, as bundlers put what several assets share into modules of its own. Imports of other packages are not
 * followed: the version of the asset stands for these. Throws {@link ModuleUnreadableError}.
 */
export async function digestModule(module: string): Promise<string> {
  const { entry, texts } = await readModules(module);
  const folder = path.dirname(entry);
  const hash = createHash('sha256');
  const names = [...texts.keys()].map((file) => [path.relative(folder, file).split(path.sep).join('/'), file] as const);
  for (const [name, file] of names.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const digest = createHash('sha256')
      .update(texts.get(file) ?? '')
      .digest('hex');
    hash.update(`${digest} ${name}\n`);
  }
  return hash.digest('hex');
}

/** A module and all modules of its own package that it imports, by their real paths. Throws {@link ModuleUnreadableError}. */
export async function readModules(
  module: string,
): Promise<{ readonly entry: string; readonly texts: ReadonlyMap<string, Buffer> }> {
  const entry = await real(module, module);
  const texts = new Map<string, Buffer>();
  const ahead = [entry];
  for (let file = ahead.pop(); file !== undefined; file = ahead.pop()) {
    if (texts.has(file)) continue;
    if (texts.size >= MAX_MODULES)
      throw new ModuleUnreadableError(module, `it imports more than ${MAX_MODULES} modules`);
    const text = await readFile(file).catch((error: unknown) => {
      throw new ModuleUnreadableError(module, error instanceof Error ? error.message : String(error));
    });
    texts.set(file, text);
    for (const specifier of relativeImports(text.toString('utf8'))) {
      const imported = await find(path.resolve(path.dirname(file), specifier));
      if (imported !== undefined) ahead.push(imported);
    }
  }
  return { entry, texts };
}

/** A text that only looks like an import is harmless: what it names is hashed too if it is there. */
function relativeImports(source: string): string[] {
  const found = source.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'`])(\.{1,2}\/[^"'`\n]+)\1/g);
  return [...found].map(([, , specifier]) => specifier ?? '');
}

async function find(place: string): Promise<string | undefined> {
  for (const ending of ['', '.js', '.cjs', '.json', `${path.sep}index.js`]) {
    const file = await realpath(place + ending).catch(() => undefined);
    if (file !== undefined && /\.(?:[cm]?js|json|node|wasm)$/.test(file)) return file;
  }
  return undefined;
}

async function real(file: string, module: string): Promise<string> {
  return realpath(file).catch(() => {
    throw new ModuleUnreadableError(module, 'there is no such file');
  });
}
