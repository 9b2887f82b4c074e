import { git } from './git.js';
import { ScratchGitDirectory } from './git-directory.js';
import { type GitPath, splitNul, textOf, touchesAny } from './git-path.js';
import type { Repository, RepositoryOptions } from './repository.js';

/**
 * The paths of a checkout with uncommitted changes: staged, unstaged and untracked (not ignored), sorted.
 *
 * With `paths`, only those that are one of them, lie in one of them, or have one of them in themselves.
 * Runs no filter, hook or monitor of the repository: git looks at the user's files through a git directory of ours.
 */
export async function dirtyPaths(
  repository: Repository,
  paths?: readonly string[],
  { signal }: RepositoryOptions = {},
): Promise<string[]> {
  await using scratch = await ScratchGitDirectory.make(repository);
  const dirty = (await readStatus(repository, scratch, signal)).map(textOf);
  return (paths === undefined ? dirty : dirty.filter(touchesAny(paths))).sort();
}

/** All dirty paths; an untracked repository ends in a slash. */
export async function readStatus(
  repository: Repository,
  scratch: ScratchGitDirectory,
  signal: AbortSignal | undefined,
): Promise<GitPath[]> {
  const indexFile = await scratch.copyIndex(repository);
  const output = await git(
    // A submodule's own status would be asked with the submodule's own config.
    ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=dirty'],
    {
      cwd: repository.root,
      gitDir: scratch.dir,
      workTree: repository.root,
      indexFile,
      config: repository.checkoutConfig,
      signal,
    },
  );
  return splitNul(output).map((entry) => entry.slice('XY '.length) as GitPath);
}
