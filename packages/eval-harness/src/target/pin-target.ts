import path from 'node:path';
import { makeScratchFolder, removeTree } from '@codex-orch/core';
import { integrityOf, unpack } from './fetch-target.js';
import { hashTree } from './hash-tree.js';
import type { Target } from './target.js';
import type { TargetSource } from './target-source.js';

/** A target whose pin is to be made, or made anew. */
export type UnpinnedTarget = Omit<Target, 'integrity' | 'tree' | 'config' | 'refreshedAt'>;

export interface PinOptions {
  readonly source: TargetSource;
  /** The folder of what the harness adds to the target. */
  readonly configDir: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The target with the hashes of what its source has now: for a person to look at before it is written down. Nothing of it runs; the
 * baseline stays as it is given.
 *
 * Throws `TargetFetchError`.
 */
export async function pinTarget(target: UnpinnedTarget, options: PinOptions): Promise<Target> {
  const { source, configDir, now, signal } = options;
  const scratch = await makeScratchFolder('eval-pin');
  try {
    const tarball = await source.tarball(target, scratch, signal);
    const tree = await unpack(target.name, tarball, path.join(scratch, 'unpacked'), signal);
    return {
      ...target,
      integrity: await integrityOf(tarball),
      tree: await hashTree(tree),
      config: await hashTree(configDir),
      refreshedAt: new Date(now).toISOString().slice(0, 10),
    };
  } finally {
    await removeTree(scratch);
  }
}
