import { createHash } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { sha256File } from '../fs/sha256-file.js';
import { makeScratchFolder } from '../fs/scratch-folder.js';
import { DiffDigestMismatchError, UnknownObjectError } from '../workspace/errors.js';
import { git, type GitOptions, gitResult } from '../workspace/git.js';
import type { GitPath } from '../workspace/git-path.js';
import { checkObjectId } from '../workspace/object-id.js';
import { patchTree, refuseUnsafe } from '../workspace/patch-tree.js';
import { changedEntries } from '../workspace/tree-changes.js';
import { hasTree, treeOfCommit } from './merge-trees.js';

/** Where a base commit is found, and a commit before it that the repository has. */
export interface BaseSource {
  readonly gitDir: string;
  readonly since: string;
}

/** A diff file, the commit that it was made on, and the digest that was approved. */
export interface ApprovedDiff {
  readonly file: string;
  readonly baseCommit: string;
  readonly sha256: string;
  /** A git directory that has the base commit where the repository does not: a goal can start from the work of others. */
  readonly baseIn?: BaseSource | undefined;
}

/** What an approved diff makes of the tree that it was made on. */
export interface ApprovedChange {
  readonly baseTree: string;
  readonly tree: string;
  /** What it adds and removes, wherever that stands; see {@link changeIdOf}. */
  readonly changeId: string;
  readonly paths: readonly GitPath[];
}

/**
 * Makes the tree of an approved diff in an object store of ours.
 *
 * Throws `DiffDigestMismatchError`, `UnknownObjectError` when its base commit is not there, `DiffDoesNotApplyError` and
 * `UnsafePatchError`.
 */
export async function readApprovedChange(diff: ApprovedDiff, options: GitOptions): Promise<ApprovedChange> {
  const { baseCommit } = diff;
  checkObjectId(baseCommit, 'commit');
  if (!(await hasTree(baseCommit, options)) && diff.baseIn !== undefined) await bring(baseCommit, diff.baseIn, options);
  if ((await gitResult(['cat-file', 'commit', baseCommit], options)).exitCode !== 0)
    throw new UnknownObjectError('commit', baseCommit, 'the repository does not have it any more');
  const baseTree = await treeOfCommit(baseCommit, options);
  const folder = await makeScratchFolder('change');
  try {
    // What is checked has to be what is applied, whoever else can write the original.
    const copy = path.join(folder, 'diff');
    await copyFile(diff.file, copy).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new DiffDigestMismatchError(diff.file, diff.sha256, 'none: it is not there');
    });
    const { sha256, bytes } = await sha256File(copy, options.signal);
    if (sha256 !== diff.sha256) throw new DiffDigestMismatchError(diff.file, diff.sha256, sha256);
    const withIndex = { ...options, indexFile: path.join(folder, 'index') };
    const tree = bytes === 0 ? baseTree : await patchTree(baseTree, copy, withIndex);
    const paths = await safePaths(baseTree, tree, options);
    return { baseTree, tree, changeId: await changeIdOf(baseTree, tree, options), paths };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bring(commit: string, { gitDir, since }: BaseSource, options: GitOptions): Promise<void> {
  const there = { cwd: gitDir, gitDir, signal: options.signal };
  const pack = await git(['pack-objects', '--stdout', '--revs', '-q'], { ...there, input: `${commit}\n^${since}\n` });
  await git(['unpack-objects', '-q'], { ...options, input: pack });
}

/** The paths that differ between two trees. Throws `UnsafePatchError` for what must not reach a checkout. */
export async function safePaths(from: string, to: string, options: GitOptions): Promise<readonly GitPath[]> {
  const entries = await changedEntries(from, to, options);
  await refuseUnsafe(entries, options);
  return entries.map((entry) => entry.path);
}

/**
 * A digest of what changes between two trees: lines added and removed, modes and binary contents, by path. Line numbers and the
 * lines around a change have no part in it, as in git-patch-id(1), but white space has.
 */
export async function changeIdOf(from: string, to: string, options: GitOptions): Promise<string> {
  const args = ['diff-tree', '-r', '-p', '--unified=0', '--binary', '--full-index', '--no-renames', '--no-color'];
  const more = ['--no-ext-diff', '--no-textconv', '--diff-algorithm=histogram', '--indent-heuristic'];
  const diff = await git([...args, ...more, '--end-of-options', from, to], options);
  const hash = createHash('sha256');
  for (const line of diff.toString('latin1').split('\n')) {
    // Lines of a change begin with a sign, and those of a binary one have no space: what begins like this is never content.
    if (!line.startsWith('@@ ') && !line.startsWith('index ')) hash.update(`${line}\n`, 'latin1');
  }
  return hash.digest('hex');
}
