import { rename } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, makeScratchFolder, removeTree } from '@codex-orch/core';
import { TargetTamperedError } from './errors.js';
import { hashTree } from './hash-tree.js';
import { obtainFiles } from './obtain-files.js';
import type { Target } from './target.js';
import type { TargetSource } from './target-source.js';
import { measured, type Usage } from '../workspace/watch-usage.js';

export interface FetchOptions {
  readonly source: TargetSource;
  /** Where what was fetched is kept, by its hash. */
  readonly cacheDir: string;
  /** What the programs that fetch it took. */
  readonly onUsage?: ((usage: Usage | undefined, ms: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The folder of the target's files, verified; they must not be changed there.
 *
 * Throws `TargetFetchError` and {@link TargetTamperedError}.
 */
export async function fetchTarget(
  target: Target,
  { source, cacheDir, onUsage, signal }: FetchOptions,
): Promise<string> {
  const trees = path.join(cacheDir, 'trees');
  await makeFolder(trees);
  const place = path.join(trees, target.tree);
  const cached = await hashTree(place).catch(() => undefined);
  if (cached === target.tree) return place;
  // What is there under that name is not what it says it is: somebody changed it.
  if (cached !== undefined) await removeTree(place);

  const scratch = await makeScratchFolder('fetch', trees);
  try {
    const obtained = await measured(scratch, () => obtainFiles(target, { source, into: scratch, signal }), 'place');
    onUsage?.(obtained.usage, obtained.durationMs);
    const { folder } = obtained.value;
    const actual = await hashTree(folder);
    if (actual !== target.tree)
      throw new TargetTamperedError(target.name, `the tree of ${saidOf(target)}`, target.tree, actual);
    await rename(folder, place).catch(async (error: unknown) => {
      // Another process was faster with the same files.
      if ((await hashTree(place).catch(() => undefined)) !== target.tree) throw error;
    });
    return place;
  } finally {
    await removeTree(scratch);
  }
}

const saidOf = ({ origin, version }: Target): string =>
  origin.kind === 'npm' ? `${origin.package}@${version}` : `${origin.url} at ${origin.commit}`;
