import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { CommandFailedError } from '../process/errors.js';
import {
  BareRepositoryError,
  GitFailedError,
  NoCommitsError,
  NotARepositoryError,
  RepositoryNotOwnedError,
} from './errors.js';
import { gitResult, gitValue } from './git.js';

export type ObjectFormat = 'sha1' | 'sha256';

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
 * Throws {@link NotARepositoryError}, {@link BareRepositoryError}, {@link NoCommitsError}, {@link RepositoryNotOwnedError} and {@link GitMissingError}.
 */
export async function openRepository(cwd: string, { signal }: RepositoryOptions = {}): Promise<Repository> {
  if (!(await stat(cwd).catch(() => undefined))?.isDirectory())
    throw new NotARepositoryError(cwd, 'there is no such folder');
  const options = { cwd, signal, withUserConfig: true };
  const found = await describe(cwd, options);
  const [root, gitDir, commonDir] = await Promise.all([
    realpath(found.root),
    realpath(found.gitDir),
    realpath(found.commonDir),
  ]);
  // Where core.worktree is set, what we took for the user's folder may be any folder of the machine.
  if (!(await pointsTo(path.join(root, '.git'), gitDir)))
    throw new NotARepositoryError(
      cwd,
      `its git directory ${gitDir} claims the work tree ${root}, which does not point back`,
    );

  const commit = await gitResult(['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}'], options);
  if (commit.exitCode !== 0) throw new NoCommitsError(root);
  const ref = await gitResult(['symbolic-ref', '--quiet', 'HEAD'], options);
  return {
    root,
    gitDir: commonDir,
    indexFile: found.indexFile,
    head: {
      commit: commit.stdout.toString('utf8').trim(),
      branch:
        ref.exitCode === 0
          ? ref.stdout
              .toString('utf8')
              .replace(/\n$/, '')
              .replace(/^refs\/heads\//, '')
          : null,
    },
    objectFormat: found.format === 'sha256' ? 'sha256' : 'sha1',
    checkoutConfig: await readCheckoutConfig(options),
  };
}

/** What git says of the repository around a folder; all in one call, where that is unmistakable. */
async function describe(
  cwd: string,
  options: Parameters<typeof gitValue>[1],
): Promise<{ format: string; root: string; gitDir: string; commonDir: string; indexFile: string }> {
  const kind = ['--is-bare-repository', '--is-inside-work-tree', '--show-object-format'];
  const places = [
    ['--show-toplevel'],
    ['--absolute-git-dir'],
    ['--path-format=absolute', '--git-common-dir'],
    ['--path-format=absolute', '--git-path', 'index'],
  ];
  const ask = (args: readonly string[]) => revParse(cwd, args, options);
  // Outside of a work tree some of these have no answer and git fails; then the reason is asked for.
  const all = await gitResult(['rev-parse', ...kind, ...places.flat()], options);
  const lines = all.exitCode === 0 ? all.stdout.toString('utf8').replace(/\n$/, '').split('\n') : [];
  const [isBare, isInside, format = ''] = lines.length > 0 ? lines : (await ask(kind)).split('\n');
  if (isBare === 'true') throw new BareRepositoryError(cwd);
  if (isInside !== 'true') {
    throw new NotARepositoryError(cwd, 'it is inside a git directory, or the work tree is configured to be elsewhere');
  }
  // More lines than answers: a path has a newline in it, so each is asked for alone.
  const answers =
    lines.length === kind.length + places.length ? lines.slice(kind.length) : await Promise.all(places.map(ask));
  const [root = '', gitDir = '', commonDir = '', indexFile = ''] = answers;
  return { format, root, gitDir, commonDir, indexFile };
}

async function revParse(
  cwd: string,
  args: readonly string[],
  options: Parameters<typeof gitValue>[1],
): Promise<string> {
  try {
    return await gitValue(['rev-parse', ...args], options);
  } catch (error) {
    if (!(error instanceof GitFailedError) && !(error instanceof CommandFailedError)) throw error;
    if (error.stderr.includes('dubious ownership')) throw new RepositoryNotOwnedError(cwd);
    if (/not a git repository|invalid gitfile format/i.test(error.stderr)) throw new NotARepositoryError(cwd);
    throw error;
  }
}

/** Whether a `.git`, be it a folder or the file of a linked worktree or submodule, is this git directory. */
async function pointsTo(dotGit: string, gitDir: string): Promise<boolean> {
  try {
    if ((await stat(dotGit)).isDirectory()) return (await realpath(dotGit)) === gitDir;
    const target = /^gitdir: (.*?)\r?\n*$/s.exec(await readFile(dotGit, 'utf8'))?.[1];
    return target !== undefined && (await realpath(path.resolve(path.dirname(dotGit), target))) === gitDir;
  } catch {
    return false;
  }
}

const harmless: ReadonlyMap<string, RegExp> = new Map([
  ['core.autocrlf', /^(true|false|input)$/],
  ['core.eol', /^(lf|crlf|native)$/],
  ['core.filemode', /^(true|false)$/],
  ['core.symlinks', /^(true|false)$/],
  ['core.ignorecase', /^(true|false)$/],
  ['core.precomposeunicode', /^(true|false)$/],
]);

async function readCheckoutConfig(options: Parameters<typeof gitResult>[1]): Promise<string[]> {
  const names = [...harmless.keys()].map((key) => key.slice('core.'.length)).join('|');
  const { stdout } = await gitResult(['config', '-z', '--get-regexp', `^core\\.(${names})$`], options);
  const found = new Map<string, string>();
  for (const entry of stdout.toString('utf8').split('\0')) {
    const [key = '', value = 'true'] = entry.split('\n');
    if (harmless.get(key)?.test(value.toLowerCase())) found.set(key, value.toLowerCase());
  }
  return [...found].map(([key, value]) => `${key}=${value}`);
}
