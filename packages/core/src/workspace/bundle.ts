import { git, type GitOptions } from './git.js';

/** A commit of ours, and the commit that it stands on. */
export interface Bundled {
  readonly commit: string;
  readonly base: string;
  /** The whole name of the ref that leads to the commit. */
  readonly ref: string;
}

/**
 * Writes what a commit has beyond its base into a file: a git bundle (gitformat-bundle(5)) with that one ref, and the base as its only
 * prerequisite.
 */
export async function writeBundle({ commit, base, ref }: Bundled, file: string, options: GitOptions): Promise<void> {
  await git(['update-ref', ref, commit], options);
  // With one thread, the same objects make the same file.
  const config = [...(options.config ?? []), 'pack.threads=1'];
  await git(['bundle', 'create', '--quiet', file, ref, `^${base}`], { ...options, config });
}
