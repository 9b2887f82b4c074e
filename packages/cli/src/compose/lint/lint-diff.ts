import { type Diff, lintChanges, type LintReport, type LintRunner, type Workspace } from '@codex-orch/core';

/** What the rules can read. */
const languages = /\.(?:[cm]?js|jsx|[cm]?ts|tsx)$/;
/** Larger files are generated, or nobody reads them. */
const maxBytes = 512 * 1024;

export interface LintDiff {
  readonly runner: LintRunner;
  readonly workspace: Workspace;
  readonly diff: Diff;
  readonly mode: LintReport['mode'];
  readonly signal: AbortSignal;
}

/**
 * Lints the files that a diff changes, as git has stored them, against what they were in the base; undefined where it changes none
 * that rules can read.
 */
export async function lintDiff({ runner, workspace, diff, mode, signal }: LintDiff): Promise<LintReport | undefined> {
  const files = diff.files.filter(({ path, status }) => status !== 'deleted' && languages.test(path));
  if (files.length === 0) return undefined;
  const paths = files.flatMap(({ path, oldPath }) => [path, ...(oldPath === undefined ? [] : [oldPath])]);
  const texts = await workspace.changedTexts(diff.tree, { paths, maxBytes }, { signal });
  const changes = files.flatMap(({ path, oldPath }) => {
    const after = texts.get(path)?.after;
    return after === undefined ? [] : [{ path, before: texts.get(oldPath ?? path)?.before, after }];
  });
  const report = await lintChanges(runner, changes, { mode, signal });
  const unread = files.filter(({ path }) => texts.get(path)?.after === undefined);
  const why = `It is a link, binary, or larger than ${maxBytes} bytes.`;
  return {
    ...report,
    skipped: [...report.skipped, ...unread.slice(0, 50).map(({ path }) => ({ path, message: why }))],
  };
}
