import { OrchError } from '@codex-orch/core';

/** Something that is, or looks like, a secret. Its value is nowhere. */
export interface SecretFinding {
  /** A path in the repository for what the diff adds, else one in the run directory. */
  readonly file: string;
  /** Counted from 1; null for the file as a whole. */
  readonly line: number | null;
  readonly rule: string;
}

const shown = 10;

/** A diff, or what its run left, holds what looks like a secret. */
export class SecretFoundError extends OrchError {
  readonly code = 'secret-found';
  readonly findings: readonly SecretFinding[];

  constructor(runId: string, findings: readonly SecretFinding[]) {
    const places = findings
      .slice(0, shown)
      .map(({ file, line, rule }) => `  ${file}${line === null ? '' : `:${line}`} (${rule})`);
    const more = findings.length > shown ? [`  and ${findings.length - shown} more`] : [];
    super([`Run ${runId} holds what looks like a secret:`, ...places, ...more].join('\n'), {
      hint: 'Reject the diff and replace a real secret that got into it. If it is none: apply with --accept-secrets "<why>".',
    });
    this.findings = findings;
  }
}
