import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { git, type ProbedRepository } from '@codex-orch/core';
import { SharedHooksFolderError } from './errors.js';
import { hookCommand } from './hook-script.js';

/** Where git looks for hooks. */
export interface HooksFolder {
  /** Absolute, and real but for its last part, which need not exist. */
  readonly folder: string;
  /** Whether it is in the work tree, where it may be tracked. */
  readonly isInWorkTree: boolean;
}

/**
 * Finds the folder in which git looks for hooks: what `core.hooksPath` names, or `hooks` of the git directory that all linked
 * work trees share.
 *
 * Throws {@link SharedHooksFolderError} for a folder that belongs neither to the work tree nor to the git directory: a user's
 * global one, or one of the machine.
 */
export async function findHooksFolder(repository: ProbedRepository, signal?: AbortSignal): Promise<HooksFolder> {
  const { root, commonDir, gitDir } = repository;
  const options = { cwd: root, signal, withUserConfig: true, spare: ['core.hooksPath'] };
  const printed = (await git(['rev-parse', '--git-path', 'hooks'], options)).toString('utf8').replace(/\n$/, '');
  const folder = await realPlace(path.resolve(root, printed));
  const isIn = (place: string) => folder.startsWith(place + path.sep);
  const isInGit = isIn(commonDir) || isIn(gitDir);
  if (!isInGit && !isIn(root)) throw new SharedHooksFolderError(folder, hookCommand);
  return { folder, isInWorkTree: !isInGit };
}

/** Follows symbolic links as far as the path exists. */
async function realPlace(place: string): Promise<string> {
  try {
    return await realpath(place);
  } catch (error) {
    const parent = path.dirname(place);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === place) throw error;
    return path.join(await realPlace(parent), path.basename(place));
  }
}
