import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { BareRepositoryError, GitFailedError, NotARepositoryError, RepositoryNotOwnedError } from './errors.js';
import { type GitOptions, gitResult, gitValue } from './git.js';

export type ObjectFormat = 'sha1' | 'sha256';

/** Where a repository is and what it is, before anything in it is read. It may have no commit yet. */
export interface ProbedRepository {
  /** The top of the work tree, a real path. */
  readonly root: string;
  /** The git directory of this work tree. */
  readonly gitDir: string;
  /** The one that all linked work trees share: objects, refs and, by default, hooks. */
  readonly commonDir: string;
  readonly indexFile: string;
  readonly objectFormat: ObjectFormat;
  /** The commit that is checked out; undefined before the first one. */
  readonly head: string | undefined;
  readonly isShallow: boolean;
}

/**
 * Finds the repository around a folder, without running anything that it configures.
 *
 * Throws {@link NotARepositoryError}, {@link BareRepositoryError}, {@link RepositoryNotOwnedError} and `GitMissingError`.
 */
export async function probeRepository(cwd: string, signal?: AbortSignal): Promise<ProbedRepository> {
  if (!(await stat(cwd).catch(() => undefined))?.isDirectory())
    throw new NotARepositoryError(cwd, 'there is no such folder');
  const found = await describe(cwd, { cwd, signal, withUserConfig: true });
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
    head: found.head,
    isShallow: found.isShallow === 'true',
  };
}

/** The full id of the commit that a revision names; undefined where it names none, or several. */
export async function findCommit(revision: string, options: GitOptions): Promise<string | undefined> {
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

interface Description {
  readonly isShallow: string | undefined;
  readonly format: string | undefined;
  readonly root: string;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly head: string | undefined;
}

/** All in one call, where that is unmistakable: of a short command most of the time goes into starting programs. */
async function describe(cwd: string, options: GitOptions): Promise<Description> {
  const all = await gitResult(['rev-parse', ...flags, ...places.flat(), 'HEAD^{commit}'], options);
  const lines = all.exitCode === 0 ? all.stdout.toString('utf8').replace(/\n$/, '').split('\n') : [];
  const [isBare, isInside, isShallow, format, root = '', gitDir = '', commonDir = '', head] = lines;
  // More lines than answers: a path has a newline in it.
  return lines.length === flags.length + places.length + 1 && isBare === 'false' && isInside === 'true'
    ? { isShallow, format, root, gitDir, commonDir, head }
    : describeStepwise(cwd, options);
}

/** For what is not as it mostly is: without a commit, outside of a work tree, or with a newline in a path. */
async function describeStepwise(cwd: string, options: GitOptions): Promise<Description> {
  const ask = (args: readonly string[]) => revParse(cwd, args, options);
  const [isBare, isInside, isShallow, format] = (await ask(flags)).split('\n');
  if (isBare === 'true') throw new BareRepositoryError(cwd);
  if (isInside !== 'true')
    throw new NotARepositoryError(cwd, 'it is inside a git directory, or the work tree is configured to be elsewhere');
  const [head, ...answers] = await Promise.all([findCommit('HEAD', options), ...places.map(ask)]);
  const [root = '', gitDir = '', commonDir = ''] = answers;
  return { isShallow, format, root, gitDir, commonDir, head };
}

async function revParse(cwd: string, args: readonly string[], options: GitOptions): Promise<string> {
  try {
    return await gitValue(['rev-parse', ...args], options);
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
