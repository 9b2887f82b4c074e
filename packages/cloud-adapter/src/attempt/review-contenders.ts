import { addTokens, noTokens, type TokenUsage, type Workspace } from '@codex-orch/core';
import { contendersOf, type JudgedAttempt } from './choose-attempt.js';
import type { AppliedAttempt, JudgedTree } from './judge-attempts.js';

/** Has one attempt reviewed. */
export type ReviewAttempt = (
  attempt: AppliedAttempt & Pick<JudgedAttempt, 'tests'>,
  options: { readonly signal: AbortSignal },
) => Promise<{ readonly review: JudgedAttempt['review']; readonly usage: TokenUsage }>;

export interface ReviewOptions {
  readonly workspace: Workspace;
  /** What the work tree is to hold afterwards. */
  readonly startTree: string;
  readonly review: ReviewAttempt;
  readonly signal: AbortSignal;
}

/** What has been reviewed, and what that cost. */
export interface Reviewed {
  readonly judged: readonly JudgedTree[];
  readonly usage: TokenUsage;
}

/**
 * Has those attempts reviewed between which their tests do not decide, each in the work tree that holds its files. Equal diffs are
 * reviewed once, and a diff without a rival is not: the gates that come after it review it anyway.
 */
export async function reviewContenders(
  judged: readonly JudgedTree[],
  { workspace, startTree, review, signal }: ReviewOptions,
): Promise<Reviewed> {
  const contenders = new Set(contendersOf(judged.map((each) => each.judged)).map(({ diff }) => diff?.sha256));
  if (contenders.size < 2) return { judged, usage: noTokens };
  const reviews = new Map<string, JudgedAttempt['review']>();
  let usage = noTokens;
  for (const { judged: attempt, tree } of judged) {
    const { number, tests, diff } = attempt;
    if (tree === undefined || !diff || !contenders.has(diff.sha256) || reviews.has(diff.sha256)) continue;
    await workspace.restore(tree, { signal });
    const said = await review({ number, tree, cwd: workspace.tree, tests }, { signal });
    reviews.set(diff.sha256, said.review);
    usage = addTokens(usage, said.usage);
  }
  await workspace.restore(startTree, { signal });
  return {
    judged: judged.map((each) => ({
      ...each,
      judged: { ...each.judged, review: reviews.get(each.judged.diff?.sha256 ?? '') ?? each.judged.review },
    })),
    usage,
  };
}
