import type { LintFinding } from './lint-report.js';

/** One version of a file that was changed. */
export interface LintSource {
  /** Path in the repository, with slashes. It decides the language. */
  readonly path: string;
  readonly text: string;
}

/** What the rules say of one version of a file. */
export interface LintedSource {
  readonly findings: readonly LintFinding[];
  /** Why the rules could not look at it, such as a syntax error. */
  readonly problem: string | undefined;
}

/** Runs lint rules over texts. It must not take any configuration from the repository that they belong to. */
export interface LintRunner {
  /** One result for each source, in their order. Throws an `OrchError` when the rules cannot run, and the signal's reason. */
  lint(sources: readonly LintSource[], signal: AbortSignal): Promise<readonly LintedSource[]>;
}
