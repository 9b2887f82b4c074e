import { OrchError } from '@codex-orch/core';
import { applyAssets, type RunnableAsset } from '@codex-orch/learning-library';

/** Milliseconds for all assets together: a goal waits for it. */
const patienceMs = 15_000;
const limits = { startMs: 10_000, fileMs: 5_000, lanes: 2 } as const;

export interface TriedAsset {
  readonly asset: RunnableAsset;
  /** Where it is tried. */
  readonly paths: readonly string[];
}

/**
 * How many of the files codemods would change, by the id, without writing anything. One that cannot be tried, within the time that
 * there is, or without options, changes none.
 */
export async function wouldChange(
  root: string,
  tried: readonly TriedAsset[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const counts = new Map<string, number>();
  for (const { asset, paths } of tried) {
    if (within.aborted) break;
    try {
      const assets = [asset];
      const { status, changed } = await applyAssets({
        root,
        assets,
        paths,
        dryRun: true,
        cache: false,
        limits,
        signal: within,
      });
      if (status === 'dry-run') counts.set(asset.id, changed.length);
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
    }
  }
  signal.throwIfAborted();
  return counts;
}
