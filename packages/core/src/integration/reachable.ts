import { gitResult, type GitOptions } from '../workspace/git.js';
import type { Repository } from '../workspace/repository.js';
import { CommitsUnreachableError } from './errors.js';

/** How git looks at a user's refs: hardened, without a work tree. */
export const refsOf = ({ gitDir }: Pick<Repository, 'gitDir'>, signal?: AbortSignal): GitOptions => ({
  cwd: gitDir,
  gitDir,
  signal,
});

export interface GuardedDeletion {
  /** Named in the error. */
  readonly what: string;
  /** The repository in whose refs the commits have to be. */
  readonly repository: Pick<Repository, 'gitDir'>;
  /** Every commit that goes with it. */
  readonly commits: readonly string[];
  /** A ref that goes with it, so that it does not count. */
  readonly except?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The one way to delete what holds commits: a ref, a branch, a work tree. It is done only when each of the commits can be reached
 * from a ref that stays.
 *
 * Throws {@link CommitsUnreachableError}; then nothing was deleted.
 */
export async function deleteOnceReachable(deletion: GuardedDeletion, act: () => Promise<void>): Promise<void> {
  const lost: string[] = [];
  for (const commit of new Set(deletion.commits)) if (!(await isReachable(commit, deletion))) lost.push(commit);
  if (lost.length > 0) throw new CommitsUnreachableError(deletion.what, lost);
  await act();
}

async function isReachable(commit: string, { repository, except, signal }: GuardedDeletion): Promise<boolean> {
  const args = ['for-each-ref', `--contains=${commit}`, '--format=%(refname)'];
  const { exitCode, stdout } = await gitResult(args, refsOf(repository, signal));
  // A commit that the repository does not even have is an error of git's, and reachable from nowhere.
  return (
    exitCode === 0 &&
    stdout
      .toString('utf8')
      .split('\n')
      .some((ref) => ref !== '' && ref !== except)
  );
}

/** Whether one commit is the other, or comes before it. */
export async function isAncestor(earlier: string, later: string, options: GitOptions): Promise<boolean> {
  return (await gitResult(['merge-base', '--is-ancestor', earlier, later], options)).exitCode === 0;
}
