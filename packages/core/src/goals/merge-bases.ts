import { git, type GitOptions, gitResult, gitValue } from '../workspace/git.js';
import { splitNul, textOf } from '../workspace/git-path.js';
import { checkObjectId } from '../workspace/object-id.js';
import { type BasesOptions, openBases } from './bases.js';
import { BasesConflictError } from './errors.js';

/** What a goal did that others start from. */
export interface PromotedWork {
  /** The goal. */
  readonly id: string;
  readonly commit: string;
  /** The git directory that has the commit. */
  readonly gitDir: string;
}

export interface MergeBasesOptions extends BasesOptions {
  /** The goal that is to start from them, for errors. */
  readonly goal: string;
  readonly works: readonly PromotedWork[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * A commit that holds the work of several goals, in a git directory of ours. The same works give the same commit.
 *
 * Throws {@link BasesConflictError} where two do not go together.
 */
export async function mergeBases(options: MergeBasesOptions): Promise<string> {
  const { gitDir, base, works, signal } = options;
  await openBases(options);
  const own = { cwd: gitDir, gitDir, signal };
  for (const work of works) await bring(work, base, own);
  const [first, ...others] = works;
  let merged = first?.commit ?? base;
  const within = first ? [first] : [];
  for (const work of others) {
    merged = await merge(merged, work, within, options, own);
    within.push(work);
  }
  return merged;
}

/** Copies a commit, so that what starts from it does not depend on where it was made. */
async function bring({ id, commit, gitDir }: PromotedWork, base: string, own: GitOptions): Promise<void> {
  const known = await gitResult(['cat-file', '-e', `${checkObjectId(commit, 'commit')}^{tree}`], own);
  if (known.exitCode !== 0) {
    const pack = await git(['pack-objects', '--stdout', '--revs', '--thin', '-q'], {
      ...own,
      cwd: gitDir,
      gitDir,
      input: `${commit}\n^${base}\n`,
    });
    await git(['unpack-objects', '-q'], { ...own, input: pack });
  }
  await git(['update-ref', `refs/heads/codex-orch/${id}`, commit], own);
}

async function merge(
  ours: string,
  theirs: PromotedWork,
  within: readonly PromotedWork[],
  options: MergeBasesOptions,
  own: GitOptions,
): Promise<string> {
  const isWithin = await gitResult(['merge-base', '--is-ancestor', theirs.commit, ours], own);
  if (isWithin.exitCode === 0) return ours;
  const tree = await mergeTree(ours, theirs.commit, own);
  if ('conflicts' in tree) {
    const other = await culprit(theirs, within, own);
    throw new BasesConflictError(options.goal, [other.id, theirs.id], tree.conflicts);
  }
  const at = await gitValue(['show', '--no-patch', '--format=%ct', theirs.commit], own);
  const who = { NAME: 'codex-orch', EMAIL: 'codex-orch@localhost', DATE: `@${at} +0000` };
  const env = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(who).map(([name, value]) => [`GIT_${role}_${name}`, value]),
    ),
  );
  const words = `Put together what "${options.goal}" starts from\n\n${[...within, theirs].map(({ id }) => id).join('\n')}\n`;
  return gitValue(['commit-tree', tree.tree, '-p', ours, '-p', theirs.commit], { ...own, env, input: words });
}

async function mergeTree(
  ours: string,
  theirs: string,
  own: GitOptions,
): Promise<{ readonly tree: string } | { readonly conflicts: readonly string[] }> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs];
  const { exitCode, stdout } = await gitResult(args, own);
  if (exitCode !== 0 && exitCode !== 1) await git(args, own);
  const [tree = '', ...conflicts] = splitNul(stdout).map(textOf);
  return exitCode === 0 ? { tree } : { conflicts: [...new Set(conflicts)] };
}

/** Which of the works that went together another one does not go with. */
async function culprit(
  theirs: PromotedWork,
  within: readonly PromotedWork[],
  own: GitOptions,
): Promise<Pick<PromotedWork, 'id'>> {
  for (const work of within) if ('conflicts' in (await mergeTree(work.commit, theirs.commit, own))) return work;
  return within[0] ?? theirs;
}
