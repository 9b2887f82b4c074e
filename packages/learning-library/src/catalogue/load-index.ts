import path from 'node:path';
import { type PlacedProblem, readJson, readStart } from '@codex-orch/core';
import { UnknownAssetError, IndexBrokenError } from './errors.js';
import { type Asset, type AssetIndex, indexSchema } from './asset-entry.js';
import type { Problem } from './problem.js';

const MAX_BYTES = 32 * 1024 * 1024;
const MAX_PROBLEMS = 20;

/** An index, and where it was found: the paths in it are relative to its folder. */
export interface LoadedIndex {
  readonly index: AssetIndex;
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly text: string;
}

/** Reads an index. Throws {@link IndexBrokenError}. */
export async function loadIndex(file: string): Promise<LoadedIndex> {
  const text = await readText(file);
  const { index, problems } = parseIndex(text);
  if (!index) throw new IndexBrokenError(file, problems);
  return { index, folder: path.dirname(path.resolve(file)), text };
}

async function readText(file: string): Promise<string> {
  const fail = (message: string) => new IndexBrokenError(file, [{ code: 'no-json', where: 'it', message }]);
  try {
    const { bytes, size } = await readStart(file, { maxBytes: MAX_BYTES, followLinks: true });
    if (size > bytes.length) throw fail(`it has ${size} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof IndexBrokenError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw fail(code === 'ENOENT' ? 'there is no such file' : error instanceof Error ? error.message : String(error));
  }
}

/** Reads the text of an index. Never throws; says what is wrong, and where. */
export function parseIndex(text: string): {
  readonly index: AssetIndex | undefined;
  readonly problems: readonly Problem[];
} {
  const { data, problems } = readJson(text, indexSchema);
  if (!problems) return { index: data, problems: [] };
  return { index: undefined, problems: problems.slice(0, MAX_PROBLEMS).map(malformed) };
}

const malformed = ({ path: place, line, column, message }: PlacedProblem): Problem => ({
  code: place.length === 0 && message.startsWith('it is no JSON') ? 'no-json' : 'malformed',
  where: place.map(String).join('.') || 'it',
  line,
  column,
  message,
});

/** The asset with this id. Throws {@link UnknownAssetError}. */
export function findAsset(index: AssetIndex, id: string): Asset {
  const asset = index.assets.find((one) => one.id === id);
  if (asset) return asset;
  throw new UnknownAssetError(
    id,
    index.assets.map((one) => one.id),
  );
}
