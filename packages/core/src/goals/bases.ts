import { mkdir, mkdtemp, rename } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../fs/exists.js';
import { writeBundle } from '../workspace/bundle.js';
import { UnknownObjectError } from '../workspace/errors.js';
import { git, gitResult } from '../workspace/git.js';
import { copyHarmlessFiles, writeGitDirectory } from '../workspace/git-directory.js';
import { checkObjectId } from '../workspace/object-id.js';
import { removeTree } from '../workspace/remove-tree.js';
import type { Repository } from '../workspace/repository.js';

export interface BasesOptions {
  readonly repository: Repository;
  /** A git directory of ours for what goals start from that depend on others; made when it is missing. */
  readonly gitDir: string;
  /** What the repository has already. */
  readonly base: string;
}

/**
 * Makes the git directory in which the work of goals is put together, borrowing from the repository. Repeating is harmless.
 *
 * Throws {@link UnknownObjectError} where the repository does not have the base.
 */
export async function openBases({ repository, gitDir, base }: BasesOptions): Promise<void> {
  if (await exists(gitDir)) return;
  checkObjectId(base, 'commit');
  await mkdir(path.dirname(gitDir), { recursive: true, mode: 0o700 });
  // Of its own name: goals of one fleet begin at the same moment.
  const stage = await mkdtemp(`${gitDir}.partial-`);
  try {
    await writeGitDirectory(stage, {
      head: base,
      objectFormat: repository.objectFormat,
      borrowFrom: [path.join(repository.gitDir, 'objects')],
    });
    await copyHarmlessFiles(repository, stage);
    const known = await gitResult(['cat-file', '-e', `${base}^{tree}`], {
      cwd: stage,
      gitDir: stage,
    });
    if (known.exitCode !== 0) throw new UnknownObjectError('commit', base, `${repository.root} does not have it`);
    await rename(stage, gitDir);
  } catch (error) {
    await removeTree(stage);
    if (!(await exists(gitDir))) throw error;
  }
}

export interface BundledCommit {
  readonly commit: string;
  /** A git bundle whose prerequisites the git directory has. */
  readonly file: string;
  /** What the commit is kept as. */
  readonly ref: string;
}

/** Takes a commit over from a bundle that another machine made. Throws `GitFailedError` when it is not in it, or not whole. */
export async function takeBundle(
  gitDir: string,
  { commit, file, ref }: BundledCommit,
  signal?: AbortSignal,
): Promise<void> {
  const own = { cwd: gitDir, gitDir, signal };
  await git(['bundle', 'unbundle', path.resolve(file)], own);
  await git(['update-ref', ref, checkObjectId(commit, 'commit')], own);
}

/** Keeps a commit that a git directory has; resolves with false where it has none. */
export async function keepCommit(
  gitDir: string,
  { commit, ref }: Omit<BundledCommit, 'file'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const own = { cwd: gitDir, gitDir, signal };
  const { exitCode } = await gitResult(['cat-file', '-e', `${checkObjectId(commit, 'commit')}^{tree}`], own);
  if (exitCode === 0) await git(['update-ref', ref, commit], own);
  return exitCode === 0;
}

/** Writes a commit into a file as a bundle, with all that the base has not. */
export const writeBase = async (
  gitDir: string,
  base: string,
  { commit, file, ref }: BundledCommit,
  signal?: AbortSignal,
): Promise<void> =>
  writeBundle(
    { ref, commit: checkObjectId(commit, 'commit'), base: checkObjectId(base, 'commit') },
    path.resolve(file),
    { cwd: gitDir, gitDir, signal },
  );
