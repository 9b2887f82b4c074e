import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeScratchFolder, type Workspace } from '@codex-orch/core';
import { maxStartingDiffBytes } from '../cli/cloud-cli.js';
import { StartTooLargeError } from './errors.js';

/**
 * What a tree has beyond the base commit, which Codex Cloud does not know; undefined when it is nothing.
 *
 * Throws {@link StartTooLargeError}.
 */
export async function startingDiffOf(
  workspace: Workspace,
  tree: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (tree === workspace.baseTree) return undefined;
  const folder = await makeScratchFolder('cloud-start');
  try {
    const file = path.join(folder, 'diff');
    const { bytes } = await workspace.writeDiff(tree, file, { signal });
    if (bytes > maxStartingDiffBytes) throw new StartTooLargeError(bytes, maxStartingDiffBytes);
    return bytes === 0 ? undefined : await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
