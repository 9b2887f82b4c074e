import { describeFailure, interruptsRun } from '../errors/failure.js';
import type { LintFinding, LintReport } from './lint-report.js';
import type { LintedSource, LintRunner } from './lint-runner.js';

/** A changed file, as it was and as it is. */
export interface ChangedSource {
  readonly path: string;
  /** Undefined where it is new. */
  readonly before: string | undefined;
  readonly after: string;
}

/** What is recorded, and read by a reviewer. */
const maxFindings = 200;
const maxMessage = 500;

const nothing: LintedSource = { findings: [], problem: undefined };

/** What a finding is about, wherever its line has moved to. */
function signatures({ findings }: LintedSource, text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  return findings.map(({ rule, message, line }) => JSON.stringify([rule, message, lines[line - 1]?.trim()]));
}

/** The findings of the new version that the old one has not, each as often as it came to be there. */
function newFindings({ before, after }: ChangedSource, old: LintedSource, now: LintedSource): readonly LintFinding[] {
  const left = new Map<string, number>();
  for (const known of signatures(old, before ?? '')) left.set(known, (left.get(known) ?? 0) + 1);
  const found = signatures(now, after);
  return now.findings.filter((_, index) => {
    const known = found[index] ?? '';
    const count = left.get(known) ?? 0;
    if (count > 0) left.set(known, count - 1);
    return count === 0;
  });
}

/**
 * Runs lint rules over what was changed, and keeps what the change brought: what the base has too is not its fault.
 *
 * Throws the signal's reason, and what says nothing about the work; all else that keeps the rules from running is in the report.
 */
export async function lintChanges(
  runner: LintRunner,
  changes: readonly ChangedSource[],
  { mode, signal }: { readonly mode: LintReport['mode']; readonly signal: AbortSignal },
): Promise<LintReport> {
  const report = { mode, fileCount: changes.length, newCount: 0, findings: [], oldCount: 0, skipped: [], error: null };
  if (changes.length === 0) return report;
  const old = changes.filter(({ before }) => before !== undefined);
  let linted: readonly LintedSource[];
  try {
    linted = await runner.lint(
      [
        ...changes.map(({ path, after }) => ({ path, text: after })),
        ...old.map(({ path, before = '' }) => ({ path, text: before })),
      ],
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (interruptsRun(error)) throw error;
    return { ...report, error: describeFailure(error, 'lint-failed').message };
  }
  const before = new Map(old.map(({ path }, index) => [path, linted[changes.length + index] ?? nothing]));
  const found = changes.flatMap((change, index) =>
    newFindings(change, before.get(change.path) ?? nothing, linted[index] ?? nothing),
  );
  const total = linted.slice(0, changes.length).reduce((sum, { findings }) => sum + findings.length, 0);
  return {
    ...report,
    newCount: found.length,
    findings: found
      .slice(0, maxFindings)
      .map((finding) => ({ ...finding, message: finding.message.slice(0, maxMessage) })),
    oldCount: total - found.length,
    skipped: changes.flatMap(({ path }, index) => {
      const problem = linted[index]?.problem;
      return problem === undefined ? [] : [{ path, message: problem.slice(0, maxMessage) }];
    }),
  };
}
