import type { CommandResult } from '@codex-orch/core';
import type { CheckFinding, CodeCheck } from './code-check.js';
import { CodeCheckFailedError } from './errors.js';
import { parseFindings } from './parse-findings.js';

/** Where a check is run, and how. */
export interface CheckedTree {
  readonly tree: string;
  run(command: readonly string[], env: Readonly<Record<string, string>>): Promise<CommandResult>;
}

/** What a check of a target says of its files as they are now. Throws {@link CodeCheckFailedError}. */
export async function runCodeCheck(
  workspace: CheckedTree,
  { command, reporter }: CodeCheck,
): Promise<readonly CheckFinding[]> {
  const result = await workspace.run(command, {});
  if (result.timedOut) throw new CodeCheckFailedError(command, 'it did not end in time.');
  if (result.truncated) throw new CodeCheckFailedError(command, 'it printed too much.');
  const findings = parseFindings(reporter, result.stdout.toString('utf8'), workspace.tree);
  const said = `${result.stdout.toString('utf8')}${result.stderr.toString('utf8')}`.trim().slice(-500);
  if (!findings) throw new CodeCheckFailedError(command, said);
  // It finds nothing and fails all the same: it did not do its work.
  if (findings.length === 0 && result.exitCode !== 0)
    throw new CodeCheckFailedError(command, said || `it ended with exit code ${String(result.exitCode)}.`);
  return findings;
}
