import { NoCommitsError } from './errors.js';
import { type GitOptions, gitResult } from './git.js';
import { type ObjectFormat, probeRepository } from './probe-repository.js';

/** The user's repository, as far as we need to know it. We only read from it; see `applyDiff` for the one exception. */
export interface Repository {
  /** The top of the work tree, a real path. */
  readonly root: string;
  /** The git directory that holds objects and refs: of a linked worktree, the one that all worktrees share. */
  readonly gitDir: string;
  /** The index of this work tree. */
  readonly indexFile: string;
  /** `branch` is null when HEAD is detached. */
  readonly head: { readonly commit: string; readonly branch: string | null };
  readonly objectFormat: ObjectFormat;
  /** The user's settings on how files look in a work tree, as `key=value`; none of them can name a program. */
  readonly checkoutConfig: readonly string[];
}

export interface RepositoryOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the repository around a folder, without running anything that it configures.
 *
 * Throws {@link NoCommitsError} and what {@link probeRepository} throws.
 */
export async function openRepository(cwd: string, { signal }: RepositoryOptions = {}): Promise<Repository> {
  const { root, commonDir, indexFile, objectFormat, head: commit } = await probeRepository(cwd, signal);
  if (commit === undefined) throw new NoCommitsError(root);
  const options = { cwd, signal, withUserConfig: true };
  const ref = await gitResult(['symbolic-ref', '--quiet', 'HEAD'], options);
  return {
    root,
    gitDir: commonDir,
    indexFile,
    head: {
      commit,
      branch:
        ref.exitCode === 0
          ? ref.stdout
              .toString('utf8')
              .replace(/\n$/, '')
              .replace(/^refs\/heads\//, '')
          : null,
    },
    objectFormat,
    checkoutConfig: await readCheckoutConfig(options),
  };
}

const harmless: ReadonlyMap<string, RegExp> = new Map([
  ['core.autocrlf', /^(true|false|input)$/],
  ['core.eol', /^(lf|crlf|native)$/],
  ['core.filemode', /^(true|false)$/],
  ['core.symlinks', /^(true|false)$/],
  ['core.ignorecase', /^(true|false)$/],
  ['core.precomposeunicode', /^(true|false)$/],
]);

async function readCheckoutConfig(options: GitOptions): Promise<string[]> {
  const names = [...harmless.keys()].map((key) => key.slice('core.'.length)).join('|');
  const { stdout } = await gitResult(['config', '-z', '--get-regexp', `^core\\.(${names})$`], options);
  const found = new Map<string, string>();
  for (const entry of stdout.toString('utf8').split('\0')) {
    const [key = '', value = 'true'] = entry.split('\n');
    if (harmless.get(key)?.test(value.toLowerCase())) found.set(key, value.toLowerCase());
  }
  return [...found].map(([key, value]) => `${key}=${value}`);
}
