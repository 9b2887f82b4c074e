import { BadRevisionError, MergeBaseMissingError, UnrelatedHistoriesError } from './errors.js';
import { GitFailedError, type GitOptions, gitResult, type ProbedRepository } from '@codex-orch/core';

/** The tree without files, which git knows without storing it: the base of a first commit. */
export const emptyTree = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
} as const;

/** Throws {@link BadRevisionError} for what git would take for an option, or could not take for a name. */
export function checkRevision(revision: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is refused
  if (revision === '' || revision.startsWith('-') || /[\x00-\x1f\x7f]/.test(revision))
    throw new BadRevisionError(revision);
  return revision;
}

/**
 * Where `head` forked from `tip`. Of several best common ancestors it takes the one that git names first.
 *
 * Throws {@link MergeBaseMissingError} in a shallow clone, {@link UnrelatedHistoriesError} elsewhere.
 */
export async function findMergeBase(
  repository: ProbedRepository,
  tip: string,
  head: string,
  options: GitOptions,
): Promise<string> {
  const { exitCode, stdout, stderr } = await gitResult(['merge-base', '--end-of-options', tip, head], options);
  if (exitCode === 0) return stdout.toString('utf8').trim();
  if (exitCode !== 1) throw new GitFailedError('merge-base', exitCode, stderr.toString('utf8'));
  throw repository.isShallow ? new MergeBaseMissingError(tip, head) : new UnrelatedHistoriesError(tip, head);
}
