import { DiffDoesNotApplyError, FilteredPathError } from './errors.js';
import { git, type GitOptions, gitResult } from './git.js';
import type { ScratchGitDirectory } from './git-directory.js';
import { joinNul, splitNul, textOf } from './git-path.js';
import { applyToTree, explain, pathsIn, refuseInvalidPath, refuseUnsafe } from './patch-tree.js';
import type { Repository } from './repository.js';
import { type ChangedEntry, changedEntries } from './tree-changes.js';

/** What a diff makes of the commit that is checked out. */
export interface ChangePlan {
  /** The commit or tree to start from. */
  readonly before: string;
  /** The tree to end with. */
  readonly after: string;
  readonly entries: readonly ChangedEntry[];
  /** HEAD has the change already: somebody applied and committed it. */
  readonly isInHead: boolean;
}

export interface PlanChangeOptions {
  readonly repository: Repository;
  readonly scratch: ScratchGitDirectory;
  readonly diff: string;
  readonly baseCommit: string;
  readonly signal?: AbortSignal | undefined;
}

/** Applies a diff to the tree of HEAD, in the object store of `scratch` alone. */
export async function planChange({
  repository,
  scratch,
  diff,
  baseCommit,
  signal,
}: PlanChangeOptions): Promise<ChangePlan> {
  const options = { cwd: scratch.dir, gitDir: scratch.dir, indexFile: `${scratch.dir}/plan-index`, signal };
  const head = repository.head.commit;
  const onBase = (await hasCommit(baseCommit, options)) ? await applyToTree(baseCommit, diff, [], options) : undefined;
  const meant = onBase?.tree === undefined ? undefined : await changedEntries(baseCommit, onBase.tree, options);
  if (meant) await refuseUnsafe(meant, options);

  const onHead = head === baseCommit && onBase ? onBase : await applyToTree(head, diff, [], options);
  if (onHead.tree !== undefined) {
    const entries = await changedEntries(head, onHead.tree, options);
    await refuseUnsafe(entries, options);
    await refuseFiltered(repository, scratch, entries, signal);
    return { before: head, after: onHead.tree, entries, isInHead: false };
  }
  refuseInvalidPath(onHead.problem);
  const undone = await applyToTree(head, diff, ['--reverse'], options);
  if (undone.tree !== undefined) {
    return {
      before: undone.tree,
      after: `${head}^{tree}`,
      entries: await changedEntries(undone.tree, head, options),
      isInHead: true,
    };
  }
  const moved = meant
    ? new Set((await changedEntries(baseCommit, head, options)).map((entry) => entry.path))
    : new Set();
  const paths = meant?.filter((entry) => moved.has(entry.path)).map((entry) => textOf(entry.path)) ?? [];
  throw new DiffDoesNotApplyError(
    paths.length > 0 ? paths : pathsIn(onHead.problem),
    baseCommit,
    head,
    explain(onHead.problem),
  );
}

async function hasCommit(commit: string, options: GitOptions): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false;
  return (await gitResult(['cat-file', 'commit', commit], options)).exitCode === 0;
}

/** Files that the user's git keeps through a program, such as LFS: we run none, and would write what is stored instead of what it stands for. */
async function refuseFiltered(
  repository: Repository,
  scratch: ScratchGitDirectory,
  entries: readonly ChangedEntry[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = {
    cwd: repository.root,
    gitDir: scratch.dir,
    workTree: repository.root,
    config: repository.checkoutConfig,
    signal,
  };
  const fields = splitNul(
    await git(['check-attr', '-z', '--stdin', 'filter'], {
      ...options,
      input: joinNul(entries.map((entry) => entry.path)),
    }),
  );
  const filtered: string[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path, , name = ''] = fields.slice(at, at + 3);
    if (path === undefined || ['unspecified', 'unset', 'set'].includes(name)) continue;
    const isDefined = await gitResult(
      [
        'config',
        '--get-regexp',
        `^filter\\.${textOf(name as typeof path).replace(/[^\w-]/g, '.')}\\.(clean|smudge|process)$`,
      ],
      {
        cwd: repository.root,
        withUserConfig: true,
        signal,
      },
    );
    if (isDefined.exitCode === 0) filtered.push(textOf(path));
  }
  if (filtered.length > 0) throw new FilteredPathError(filtered);
}
