import { DiskFullError, NotWritableError } from '../fs/errors.js';
import type { Workspace } from '../workspace/index.js';
import { PromotionBlockedError } from './errors.js';
import type { GoalInput } from './goal-workflow.js';
import { type GoalState, presentDiff } from './state.js';

/**
 * Commits the diff that was approved, in the name and at the time of who approved it: doing it again gives the same commit.
 *
 * Throws {@link PromotionBlockedError}, `DiskFullError` and `NotWritableError`.
 */
export async function commitApproved(
  state: GoalState,
  { goal, runId }: GoalInput,
  openWorkspace: () => Promise<Workspace>,
): Promise<string> {
  const { tree, sha256 } = presentDiff(state);
  const approval = state.approvals.findLast(({ decision }) => decision === 'approved');
  const title = goal.split('\n')[0]?.slice(0, 72) ?? '';
  try {
    const workspace = await openWorkspace();
    return await workspace.commit({
      tree,
      message: `${title}\n\nCodex-Orch-Run: ${runId}\nCodex-Orch-Diff: ${sha256}\n`,
      author: { name: approval?.by.name ?? 'codex-orch', email: approval?.by.email ?? '' },
      at: approval?.at ?? '',
    });
  } catch (error) {
    if (error instanceof DiskFullError || error instanceof NotWritableError) throw error;
    throw new PromotionBlockedError(runId, error);
  }
}
