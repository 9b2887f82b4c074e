import { copyFile, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failpoint } from '../failpoint/failpoint.js';
import { writeError } from '../fs/errors.js';
import {
  GitFailedError,
  NotAWorkspaceError,
  ObjectsMissingError,
  UnknownObjectError,
  WorkspaceExistsError,
} from './errors.js';
import { git, type GitOptions, gitResult } from './git.js';
import { copyHarmlessFiles, writeGitDirectory } from './git-directory.js';
import { checkObjectId } from './object-id.js';
import { removeTree } from './remove-tree.js';
import type { Repository } from './repository.js';
import { Workspace } from './workspace.js';
import { readRecord, writeRecord } from './workspace-record.js';

export interface CreateWorkspaceOptions {
  readonly repository: Repository;
  /** The whole id of the commit to start from. */
  readonly commit: string;
  /** Where it goes; made, with its parents. The repository must not move as long as the workspace lives. */
  readonly dir: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the work tree of a goal, or opens it when it is there: repeating is harmless.
 *
 * It is built beside its place and renamed into it, so a crash leaves nothing that looks finished; the next call starts anew.
 * Throws {@link UnknownObjectError}, {@link ObjectsMissingError}, {@link WorkspaceExistsError} when something else is in the place,
 * {@link NotWritableError} and {@link DiskFullError}.
 */
export async function createWorkspace(options: CreateWorkspaceOptions): Promise<Workspace> {
  const commit = checkObjectId(options.commit, 'commit');
  const dir = path.resolve(options.dir);
  const found = await findExisting(dir, commit);
  if (found) return found;
  const stage = `${dir}.partial`;
  await removeTree(stage);
  try {
    await build(stage, { ...options, commit });
    failpoint('workspace.made');
    await rename(stage, dir);
    failpoint('workspace.placed');
  } catch (error) {
    await removeTree(stage);
    throw writeError(dir, error);
  }
  return Workspace.openNew(dir);
}

async function findExisting(dir: string, commit: string): Promise<Workspace | undefined> {
  const entries = await readdir(dir).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw (error as NodeJS.ErrnoException).code === 'ENOTDIR'
      ? new WorkspaceExistsError(dir, 'a file is in its place')
      : error;
  });
  // An empty folder is no obstacle: rename replaces it.
  if (entries.length === 0) return undefined;
  const record = await readRecord(dir).catch((error: unknown) => {
    throw error instanceof NotAWorkspaceError ? new WorkspaceExistsError(dir, 'it holds something else') : error;
  });
  if (record.baseCommit !== commit)
    throw new WorkspaceExistsError(dir, `one that is based on ${record.baseCommit} is there`);
  return Workspace.open(dir);
}

/** The trees of commits that are known to be in a repository: many goals start from one. */
const treesOf = new WeakMap<Repository, Map<string, Promise<string>>>();

function treeOf(repository: Repository, commit: string, options: GitOptions): Promise<string> {
  const trees = treesOf.get(repository) ?? new Map<string, Promise<string>>();
  treesOf.set(repository, trees);
  const known = trees.get(commit);
  if (known) return known;
  const read = readTreeOf(repository, commit, options);
  trees.set(commit, read);
  read.catch(() => trees.delete(commit));
  return read;
}

async function readTreeOf({ root }: Repository, commit: string, options: GitOptions): Promise<string> {
  const isCommit = await gitResult(['cat-file', 'commit', commit], options);
  const tree = /^tree ([0-9a-f]+)$/m.exec(isCommit.stdout.toString('latin1'))?.[1];
  if (isCommit.exitCode === 0 && tree !== undefined) return tree;
  throw new UnknownObjectError('commit', commit, `${root} does not have it`);
}

async function build(stage: string, { repository, commit, signal }: CreateWorkspaceOptions): Promise<void> {
  const gitDir = path.join(stage, 'git');
  const tree = path.join(stage, 'tree');
  const seed = { objectFormat: repository.objectFormat, borrowFrom: [path.join(repository.gitDir, 'objects')] };
  await mkdir(tree, { recursive: true });
  await writeGitDirectory(gitDir, { ...seed, head: commit, config: repository.checkoutConfig });
  await copyHarmlessFiles(repository, gitDir);
  failpoint('workspace.half-made');

  const baseTree = await treeOf(repository, commit, { cwd: gitDir, gitDir });
  const indexFile = path.join(gitDir, 'orch-index');
  try {
    await git(['read-tree', '--reset', '-u', '--end-of-options', commit], {
      cwd: tree,
      gitDir,
      workTree: tree,
      indexFile,
      signal,
    });
  } catch (error) {
    const isMissing =
      error instanceof GitFailedError && /unable to read|missing|bad object|could not fetch/i.test(error.stderr);
    throw isMissing ? new ObjectsMissingError(commit, error) : error;
  }
  // For agents that run git themselves.
  await copyFile(indexFile, path.join(gitDir, 'index'));
  await writeFile(path.join(tree, '.git'), 'gitdir: ../git\n');
  await writeRecord(stage, {
    schemaVersion: 1,
    baseCommit: commit,
    baseTree,
    ...seed,
    checkoutConfig: [...repository.checkoutConfig],
    linked: [],
  });
}
