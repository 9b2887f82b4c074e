import { DiffDoesNotApplyError, UnsafePatchError } from './errors.js';
import { git, type GitOptions, gitResult, gitValue } from './git.js';
import { textOf } from './git-path.js';
import { findUnsafeEntries } from './safe-entries.js';
import { type ChangedEntry, changedEntries } from './tree-changes.js';

/** What became of a patch on a tree. */
type Application =
  { readonly tree: string; readonly problem?: undefined } | { readonly tree?: undefined; readonly problem: string };

/** Applies a diff to a tree in the index that `options` name, touching no file of a work tree. */
export async function applyToTree(
  commit: string,
  diff: string,
  flags: readonly string[],
  options: GitOptions,
): Promise<Application> {
  await git(['read-tree', '--reset', '--end-of-options', commit], options);
  const result = await gitResult(
    ['apply', '--cached', '--binary', '--whitespace=nowarn', ...flags, '--', diff],
    options,
  );
  if (result.exitCode !== 0) return { problem: result.stderr.toString('utf8') };
  return { tree: await gitValue(['write-tree'], options) };
}

/**
 * Applies a diff that nobody vouches for to a tree, in the object store alone, and returns the tree that it makes.
 *
 * Throws {@link UnsafePatchError} and {@link DiffDoesNotApplyError}.
 */
export async function patchTree(onto: string, diff: string, options: GitOptions): Promise<string> {
  const { tree, problem } = await applyToTree(onto, diff, [], options);
  if (tree === undefined) {
    refuseInvalidPath(problem);
    throw new DiffDoesNotApplyError(pathsIn(problem), onto, onto, explain(problem));
  }
  await refuseUnsafe(await changedEntries(onto, tree, options), options);
  return tree;
}

/** Throws {@link UnsafePatchError} for entries that must not reach a checkout. */
export async function refuseUnsafe(entries: readonly ChangedEntry[], options: GitOptions): Promise<void> {
  const { gitlinks, symlinks } = await findUnsafeEntries(entries, options);
  if (gitlinks.length > 0) throw new UnsafePatchError(gitlinks.map(textOf), 'changes a submodule');
  if (symlinks.length > 0)
    throw new UnsafePatchError(
      symlinks.map(textOf),
      'makes a symbolic link that leads, or may lead, out of the checkout',
    );
  const unreadable = entries.map((entry) => textOf(entry.path)).filter((path) => path.includes('\ufffd'));
  if (unreadable.length > 0) throw new UnsafePatchError(unreadable, 'changes files whose names are not UTF-8');
}

/** Throws {@link UnsafePatchError} where git refused a path. */
export function refuseInvalidPath(problem: string): void {
  const paths = [...problem.matchAll(/^error: invalid path '(.*)'$/gm)].map((match) => match[1] ?? '');
  if (paths.length > 0) throw new UnsafePatchError(paths, 'writes to a place that is not a file of the checkout');
  const beyond = [...problem.matchAll(/^error: affected file '(.*)' is beyond a symbolic link$/gm)].map(
    (match) => match[1] ?? '',
  );
  if (beyond.length > 0) throw new UnsafePatchError(beyond, 'writes through a symbolic link');
}

/** What git says of a patch that does not apply, in one line. */
export const explain = (problem: string): string =>
  problem.trim().split('\n').slice(0, 5).join('; ').replaceAll('error: ', '') || 'git gave no reason';

/** The files that git names as the ones to which a patch does not apply. */
export function pathsIn(problem: string): string[] {
  const found = [
    ...problem.matchAll(
      /^error: (?:patch failed: (.*):\d+|(.*): (?:patch does not apply|does not exist in index|already exists in index))$/gm,
    ),
  ];
  return [...new Set(found.map((match) => match[1] ?? match[2] ?? ''))];
}
