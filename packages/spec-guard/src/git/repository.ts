import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  BareRepositoryError,
  GitFailedError,
  NotARepositoryError,
  type ObjectFormat,
  RepositoryNotOwnedError,
} from '@codex-orch/core';
import { git, gitResult, type GitOptions } from './run-git.js';

/** A repository as the guard needs to know it; unlike that of a goal it may have no commit yet. */
export interface GuardedRepository {
  /** The top of the work tree, a real path. */
  readonly root: string;
  /** The git directory of this work tree. */
  readonly gitDir: string;
  /** The one that all linked work trees share: objects, refs and, by default, hooks. */
  readonly commonDir: string;
  readonly indexFile: string;
  readonly objectFormat: ObjectFormat;
  /** Undefined before the first commit. */
  readonly head: string | undefined;
  readonly isShallow: boolean;
}

/**
 * Finds the repository around a folder, without running anything that it configures.
 *
 * Throws `NotARepositoryError`, `BareRepositoryError`, `RepositoryNotOwnedError` and `GitMissingError`.
 */
export async function findRepository(cwd: string, signal?: AbortSignal): Promise<GuardedRepository> {
  if (!(await stat(cwd).catch(() => undefined))?.isDirectory())
    throw new NotARepositoryError(cwd, 'there is no such folder');
  const options = { cwd, signal };
  const [found, head] = await Promise.all([describe(cwd, options), commitOf('HEAD', options)]);
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
  return {
    root,
    gitDir,
    commonDir,
    indexFile: path.join(gitDir, 'index'),
    objectFormat: found.format === 'sha256' ? 'sha256' : 'sha1',
    head,
    isShallow: found.isShallow === 'true',
  };
}

/** The full id of the commit that a revision names. */
export async function commitOf(revision: string, options: GitOptions): Promise<string | undefined> {
  const { exitCode, stdout } = await gitResult(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    options,
  );
  const id = stdout.toString('utf8').trim();
  // Of a range or `^REV` git prints what is no single commit.
  return exitCode === 0 && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
}

const flags = ['--is-bare-repository', '--is-inside-work-tree', '--is-shallow-repository', '--show-object-format'];
const places = [['--show-toplevel'], ['--absolute-git-dir'], ['--path-format=absolute', '--git-common-dir']];

/** All in one call, where that is unmistakable. */
async function describe(cwd: string, options: GitOptions) {
  const ask = async (args: readonly string[]) => (await revParse(cwd, args, options)).replace(/\n$/, '');
  // Outside of a work tree some of these have no answer and git fails; then the reason is asked for.
  const all = await gitResult(['rev-parse', ...flags, ...places.flat()], options);
  const lines = all.exitCode === 0 ? all.stdout.toString('utf8').replace(/\n$/, '').split('\n') : [];
  const [isBare, isInside, isShallow, format] = lines.length > 0 ? lines : (await ask(flags)).split('\n');
  if (isBare === 'true') throw new BareRepositoryError(cwd);
  if (isInside !== 'true')
    throw new NotARepositoryError(cwd, 'it is inside a git directory, or the work tree is configured to be elsewhere');
  // More lines than answers: a path has a newline in it, so each is asked for alone.
  const answers =
    lines.length === flags.length + places.length ? lines.slice(flags.length) : await Promise.all(places.map(ask));
  const [root = '', gitDir = '', commonDir = ''] = answers;
  return { isShallow, format, root, gitDir, commonDir };
}

async function revParse(cwd: string, args: readonly string[], options: GitOptions): Promise<string> {
  try {
    return (await git(['rev-parse', ...args], options)).toString('utf8');
  } catch (error) {
    if (!(error instanceof GitFailedError)) throw error;
    if (error.stderr.includes('dubious ownership')) throw new RepositoryNotOwnedError(cwd);
    if (/not a git repository|invalid gitfile format/i.test(error.stderr)) throw new NotARepositoryError(cwd);
    throw error;
  }
}

/** Whether a `.git`, be it a folder or the file of a linked work tree or submodule, is this git directory. */
async function pointsTo(dotGit: string, gitDir: string): Promise<boolean> {
  try {
    if ((await stat(dotGit)).isDirectory()) return (await realpath(dotGit)) === gitDir;
    const target = /^gitdir: (.*?)\r?\n*$/s.exec(await readFile(dotGit, 'utf8'))?.[1];
    return target !== undefined && (await realpath(path.resolve(path.dirname(dotGit), target))) === gitDir;
  } catch {
    return false;
  }
}
