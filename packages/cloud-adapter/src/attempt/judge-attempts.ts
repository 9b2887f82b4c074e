import { OrchError, type Workspace } from '@codex-orch/core';
import type { FetchedDiff } from './fetch-attempts.js';
import type { JudgedAttempt } from './choose-attempt.js';

/** A diff that applies, in a work tree that holds its files now. */
export interface AppliedAttempt {
  readonly number: number;
  readonly tree: string;
  /** Absolute path of the work tree. */
  readonly cwd: string;
}

/** What is found out about a diff that applies. */
export interface AttemptVerdict {
  readonly tests: JudgedAttempt['tests'];
  readonly problem?: string | undefined;
}

/** Runs the tests of an attempt. */
export type VerifyAttempt = (
  attempt: AppliedAttempt,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<AttemptVerdict>;

export interface JudgeOptions {
  readonly workspace: Workspace;
  /** The tree that the work began with: attempts are changes to it, or to the base. */
  readonly startTree: string;
  /** Without it attempts are only applied. */
  readonly verify?: VerifyAttempt | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An attempt, and the tree that it makes where it applies. */
export interface JudgedTree {
  readonly judged: JudgedAttempt;
  readonly tree: string | undefined;
}

/**
 * Applies each attempt to the workspace, one after the other, and verifies it there. The files end as they began.
 *
 * Diffs are applied in the object store first and refused there when they reach out of the tree. What is ignored, such as build
 * output, stays between attempts. Equal diffs are verified once.
 */
export async function judgeAttempts(
  diffs: readonly FetchedDiff[],
  { workspace, startTree, verify, signal }: JudgeOptions,
): Promise<readonly JudgedTree[]> {
  const found: JudgedTree[] = [];
  for (const diff of diffs) {
    const { number, file, sha256, bytes } = diff;
    const about = { number, diff: { file, sha256, bytes }, tests: 'not-run', review: 'not-run' } as const;
    const twin = found.find(({ judged }) => judged.diff?.sha256 === sha256);
    if (twin) {
      found.push({ ...twin, judged: { ...twin.judged, number } });
      continue;
    }
    const tree = await treeOf(diff, { workspace, startTree, signal });
    if (typeof tree !== 'string') {
      found.push({ judged: { ...about, applies: false, changedLines: 0, problem: tree.problem }, tree: undefined });
      continue;
    }
    const changedLines = await countLines(workspace, tree, `${file}.applied`, signal);
    let verdict: AttemptVerdict = { tests: 'not-run' };
    if (verify) {
      await workspace.restore(tree, { signal });
      verdict = await verify({ number, tree, cwd: workspace.tree }, { signal });
    }
    const { tests, problem = null } = verdict;
    found.push({ judged: { ...about, applies: true, changedLines, tests, problem }, tree });
  }
  if (verify) await workspace.restore(startTree, { signal });
  return found;
}

async function treeOf(
  { file, bytes }: FetchedDiff,
  { workspace, startTree, signal }: Pick<JudgeOptions, 'workspace' | 'startTree' | 'signal'>,
): Promise<string | { readonly problem: string }> {
  if (bytes === 0) return { problem: 'it is empty' };
  // Codex Cloud was given what the start has beyond the base, and can tell its diff with it or without.
  const bases = [...new Set([startTree, workspace.baseTree])];
  let problem = '';
  for (const onto of bases) {
    try {
      return (await workspace.patch(file, { onto, signal })).tree;
    } catch (error) {
      if (!(error instanceof OrchError) || error.interrupts) throw error;
      problem ||= error.message;
    }
  }
  return { problem };
}

/** Lines that a tree adds to and takes from the base; a binary file counts as one. */
async function countLines(
  workspace: Workspace,
  tree: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { files } = await workspace.writeDiff(tree, file, { signal });
  return files.reduce((sum, { added, removed }) => sum + (added ?? 1) + (removed ?? 0), 0);
}
