import { makeScratchFolder, removeTree } from '@codex-orch/core';
import { hashTree } from './hash-tree.js';
import { obtainFiles, type UnpinnedOrigin } from './obtain-files.js';
import type { Target } from './target.js';
import type { TargetSource } from './target-source.js';

/** A target whose pin is to be made, or made anew. */
export interface UnpinnedTarget extends Omit<Target, 'origin' | 'tree' | 'config' | 'refreshedAt'> {
  readonly origin: UnpinnedOrigin;
}

export interface PinOptions {
  readonly source: TargetSource;
  /** The folder of what the harness adds to the target. */
  readonly configDir: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The target with the hashes of what its origin has now: for a person to look at before it is written down. Nothing of it runs; the
 * baseline stays as it is given.
 *
 * Throws `TargetFetchError`.
 */
export async function pinTarget(target: UnpinnedTarget, options: PinOptions): Promise<Target> {
  const { source, configDir, now, signal } = options;
  const scratch = await makeScratchFolder('eval-pin');
  try {
    const { folder, origin } = await obtainFiles(target, { source, into: scratch, signal });
    return {
      ...target,
      origin,
      tree: await hashTree(folder),
      config: await hashTree(configDir),
      refreshedAt: new Date(now).toISOString().slice(0, 10),
    };
  } finally {
    await removeTree(scratch);
  }
}
