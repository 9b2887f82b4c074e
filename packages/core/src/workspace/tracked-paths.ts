import { git } from './git.js';
import { ScratchGitDirectory } from './git-directory.js';
import { gitPathOf, splitNul, textOf } from './git-path.js';
import type { Repository, RepositoryOptions } from './repository.js';

/**
 * The files under a top-level folder that git tracks: in HEAD, in whatever case their names are, and in the index.
 *
 * Runs nothing that the repository configures: git looks through a git directory of ours.
 */
export async function trackedUnder(
  repository: Repository,
  folder: string,
  { signal }: RepositoryOptions = {},
): Promise<string[]> {
  await using scratch = await ScratchGitDirectory.make(repository);
  const options = { cwd: repository.root, gitDir: scratch.dir, signal };
  const wanted = gitPathOf(folder).toLowerCase();
  const top = splitNul(await git(['ls-tree', '-z', '--name-only', 'HEAD'], options));
  const names = top.filter((name) => name.toLowerCase() === wanted).map(textOf);
  const committed =
    names.length === 0
      ? []
      : splitNul(await git(['ls-tree', '-r', '-z', '--name-only', 'HEAD', '--', ...names], options));
  const indexFile = await scratch.copyIndex(repository);
  const staged = splitNul(await git(['ls-files', '-z', '--cached', '--', folder], { ...options, indexFile }));
  return [...new Set([...committed, ...staged].map(textOf))].sort();
}

/**
 * The files of HEAD, relative to the root, in git's order.
 *
 * Runs nothing that the repository configures: git looks through a git directory of ours.
 */
export async function trackedFiles(repository: Repository, { signal }: RepositoryOptions = {}): Promise<string[]> {
  await using scratch = await ScratchGitDirectory.make(repository);
  const options = { cwd: repository.root, gitDir: scratch.dir, signal };
  return splitNul(await git(['ls-tree', '-r', '-z', '--name-only', 'HEAD'], options)).map(textOf);
}
