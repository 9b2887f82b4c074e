import { GitFailedError } from '../workspace/errors.js';
import { git, type GitOptions, gitResult } from '../workspace/git.js';
import { findCommit } from '../workspace/probe-repository.js';
import type { Repository } from '../workspace/repository.js';
import { IntegrationBaseError, IntegrationBranchError } from './errors.js';
import { isAncestor, refsOf } from './reachable.js';

/** Where an integration starts, as it was found. */
export interface StartingPoint {
  /** The head of the base. */
  readonly base: string;
  /** What the branch holds already; null when it is not there. */
  readonly branch: string | null;
}

const isTaken = (branch: string, refs: string): string | undefined =>
  refs.split('\n').find((ref) => ref !== '' && (branch.startsWith(`${ref}/`) || ref.startsWith(`${branch}/`)));

/**
 * Looks where to start: at the head of a branch, or at a commit.
 *
 * Throws {@link IntegrationBaseError}, and {@link IntegrationBranchError} when the branch cannot take an integration.
 */
export async function findStart(
  repository: Repository,
  base: { readonly ref: string | null; readonly commit: string },
  branch: string,
  signal?: AbortSignal,
): Promise<StartingPoint> {
  const options = refsOf(repository, signal);
  const head = await findCommit(base.ref ?? base.commit, options);
  if (head === undefined) throw new IntegrationBaseError(base.ref ?? base.commit);
  if ((await gitResult(['check-ref-format', branch], options)).exitCode !== 0)
    throw new IntegrationBranchError(branch, 'git does not take such a name');
  if (branch === base.ref) throw new IntegrationBranchError(branch, 'it is the base itself');
  const taken = isTaken(branch, (await git(['for-each-ref', '--format=%(refname)', 'refs/heads'], options)).toString());
  if (taken !== undefined) throw new IntegrationBranchError(branch, `${taken} is in the way of its name`);
  if (await isCheckedOut(repository, branch, signal))
    throw new IntegrationBranchError(branch, 'it is checked out, and a checkout is never touched');
  const tip = await findCommit(branch, options);
  if (tip !== undefined && !(await isAncestor(head, tip, options)))
    throw new IntegrationBranchError(branch, 'it exists and does not contain the head of the base');
  return { base: head, branch: tip ?? null };
}

async function isCheckedOut(repository: Repository, branch: string, signal?: AbortSignal): Promise<boolean> {
  const list = await git(['worktree', 'list', '--porcelain', '-z'], {
    cwd: repository.root,
    withUserConfig: true,
    signal,
  });
  return list.toString('utf8').split('\0').includes(`branch ${branch}`);
}

export interface Publication {
  readonly repository: Repository;
  /** The git directory that the commits were made in. */
  readonly from: GitOptions;
  /** Null when the base is a commit, which cannot move. */
  readonly baseRef: string | null;
  readonly start: StartingPoint;
  readonly branch: string;
  /** A ref of ours that gets them in place of the branch, which is only looked at; null for the branch itself. */
  readonly held: string | null;
  readonly tip: string;
}

/** Holds what was built while a human has to approve it. No branch, so that nothing checks it out or pushes it by its own. */
export const heldRef = (integrationId: string): string => `refs/codex-orch/held/${integrationId}`;

/**
 * Brings commits into the user's repository and points the branch, or the ref that holds them for it, at them, in one transaction that
 * also holds the base: git moves it only if base and branch are still where the work started. Nothing else of the repository is
 * touched, and no hook is run.
 *
 * Repeating it is harmless. Throws `GitFailedError`.
 */
export async function publish(publication: Publication): Promise<'published' | 'base-moved' | 'branch-moved'> {
  const { repository, from, baseRef, start, branch, held, tip } = publication;
  const options = refsOf(repository, from.signal);
  if ((await findCommit(held ?? branch, options)) === tip) return 'published';
  const known = [start.base, ...(start.branch === null ? [] : [start.branch])].map((commit) => `^${commit}\n`);
  const pack = await git(['pack-objects', '--revs', '--stdout', '-q'], { ...from, input: `${tip}\n${known.join('')}` });
  await git(['index-pack', '--stdin', '--fix-thin'], { ...options, config: ['core.fsync=committed'], input: pack });
  const zero = '0'.repeat(tip.length);
  const lines = [
    'start',
    ...(baseRef === null ? [] : [`verify ${baseRef} ${start.base}`]),
    ...(held === null
      ? [`update ${branch} ${tip} ${start.branch ?? zero}`]
      : [`verify ${branch} ${start.branch ?? zero}`, `update ${held} ${tip}`]),
    'prepare',
    'commit',
    '',
  ];
  const moved = await gitResult(['update-ref', '--stdin'], { ...options, input: lines.join('\n') });
  if (moved.exitCode === 0) return 'published';
  if (baseRef !== null && (await findCommit(baseRef, options)) !== start.base) return 'base-moved';
  if (((await findCommit(branch, options)) ?? null) !== start.branch) return 'branch-moved';
  throw new GitFailedError('update-ref', moved.exitCode, moved.stderr.toString('utf8'));
}

/**
 * Gives the branch what was held for it, in one transaction. Repeating it is harmless.
 *
 * Throws `GitFailedError` where the branch is not where it was, or what was held is gone.
 */
export async function release(
  repository: Repository,
  held: { readonly ref: string; readonly branch: string; readonly before: string | null; readonly tip: string },
): Promise<void> {
  const { ref, branch, before, tip } = held;
  const options = refsOf(repository);
  const isHeld = (await findCommit(ref, options)) === tip;
  if (!isHeld && (await findCommit(branch, options)) === tip) return;
  const lines = ['start', `update ${branch} ${tip} ${before ?? '0'.repeat(tip.length)}`, `delete ${ref} ${tip}`];
  await git(['update-ref', '--stdin'], { ...options, input: [...lines, 'prepare', 'commit', ''].join('\n') });
}
