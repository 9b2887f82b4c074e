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
  const dirty = (await unlessAborted(statusOf(repository), signal)).map(textOf);
  return (paths === undefined ? dirty : dirty.filter(touchesAny(paths))).sort();
}

/** The look itself goes on, as others may wait for it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const abort = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true, signal: abort.signal });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    abort.abort();
  }
}

/** The look at a checkout that was begun last, and the one that will follow it. */
interface Looks {
  readonly latest: Promise<readonly GitPath[]>;
  readonly next: Promise<readonly GitPath[]> | undefined;
}

const looks = new WeakMap<Repository, Looks>();

/** Goals that start together all ask: whoever asks while somebody looks shares the next look with all others who do. */
function statusOf(repository: Repository): Promise<readonly GitPath[]> {
  const found = looks.get(repository);
  if (found?.next) return found.next;
  const look = async (): Promise<readonly GitPath[]> => {
    await using scratch = await ScratchGitDirectory.make(repository);
    return await readStatus(repository, scratch, undefined);
  };
  const begin = (): Promise<readonly GitPath[]> => {
    const latest = look();
    const looking = { latest, next: undefined };
    looks.set(repository, looking);
    const forget = (): void => {
      if (looks.get(repository) === looking) looks.delete(repository);
    };
    latest.then(forget, forget);
    return latest;
  };
  if (!found) return begin();
  const next = found.latest.then(begin, begin);
  looks.set(repository, { latest: found.latest, next });
  return next;
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
