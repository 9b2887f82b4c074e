import type { CheckName } from '../code-check/code-check.js';
import { compareFindings } from '../code-check/compare-findings.js';
import { CodeCheckFailedError } from '../code-check/errors.js';
import { runCodeCheck } from '../code-check/run-code-check.js';
import type { TargetWorkspace } from '../workspace/target-workspace.js';
import type { CheckComparison } from './pair-result.js';
import type { TakenBaseline } from './take-baseline.js';

/** More new findings than these are counted, and not told. */
const told = 100;

/** What a check of the target says of its files as they are now; null where the target has none. */
export async function checkAfter(
  workspace: TargetWorkspace,
  { findings }: TakenBaseline,
  name: CheckName,
  isUntouched: boolean,
): Promise<CheckComparison | null> {
  const [check, before] = [workspace.target[name], findings[name]];
  if (!check || !before) return null;
  const same = { before: before.length, after: before.length, gone: 0, added: [] };
  if (isUntouched) return { ran: false, ...same };
  try {
    const after = await runCodeCheck(workspace, check);
    const { added, gone } = compareFindings(before, after);
    return { ran: true, before: before.length, after: after.length, gone, added: added.slice(0, told) };
  } catch (error) {
    if (!(error instanceof CodeCheckFailedError)) throw error;
    return { ran: true, ...same, problem: error.message };
  }
}
