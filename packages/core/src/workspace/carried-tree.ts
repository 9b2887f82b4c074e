import { writeBundle } from './bundle.js';
import { UnknownObjectError } from './errors.js';
import { git, type GitOptions, gitResult, gitValue } from './git.js';
import { nobody } from './nobody.js';

/** Keeps the commit of a tree that goes elsewhere. */
const carriedRef = 'refs/codex-orch/carried';

/** Writes a tree into a file, as a bundle of what the base has not of it. The same two make the same file. */
export async function carryTree(
  { tree, base }: { readonly tree: string; readonly base: string },
  file: string,
  options: GitOptions,
): Promise<void> {
  // A bundle has commits.
  const commit = await gitValue(['commit-tree', tree, '-p', base], { ...options, env: nobody, input: 'carried\n' });
  await writeBundle({ commit, base, ref: carriedRef }, file, options);
}

/**
 * Takes the objects of a tree over from a file that {@link carryTree} wrote on some machine, and that nobody vouches for.
 *
 * Throws `GitFailedError` for what is no whole bundle or needs another base, and {@link UnknownObjectError} when the tree is not in it.
 */
export async function receiveTree(
  { tree, base }: { readonly tree: string; readonly base: string },
  file: string,
  options: GitOptions,
): Promise<void> {
  await git(['bundle', 'unbundle', file], options);
  // With all that is in it, as far as the base has not the same.
  const whole = await gitResult(['rev-list', '--objects', '--quiet', tree, `^${base}`], options);
  if (whole.exitCode !== 0) throw new UnknownObjectError('tree', tree, `${file} does not have all of it`);
}
