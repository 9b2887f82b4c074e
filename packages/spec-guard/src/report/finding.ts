/** How much a finding weighs: only errors fail the check. */
export type Severity = 'error' | 'warning' | 'note';

/** Something that is wrong with a spec, the registry, or a change that needs one. */
export interface Finding {
  /** Stable, e.g. `SG001`; `guard explain SG001` tells the rest. */
  readonly code: string;
  /** The rule's name, e.g. `missing-spec`. */
  readonly rule: string;
  readonly severity: Severity;
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  /** Both count from 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** What is wrong, in one line. */
  readonly message: string;
  /** Why it matters here: the trigger, the policy's words, the deadline. */
  readonly why: string;
  /** The exact command that mends it, as arguments; undefined where only a person's work does. */
  readonly fix?: readonly string[] | undefined;
  readonly specId?: string | undefined;
  /** Changed paths behind this finding, where it stands for several. */
  readonly paths?: readonly string[] | undefined;
  /** The same for the same fault whatever lines moved around it; a baseline and SARIF know a finding by it. */
  readonly fingerprint: string;
}

/** Why a finding that would fail the check does not. */
export type Waiver =
  | {
      readonly by: 'override';
      readonly reason: string;
      readonly actor: string;
      readonly approver?: string | undefined;
      readonly expires?: string | undefined;
    }
  | {
      readonly by: 'suppression';
      readonly reason: string;
      readonly expires: string;
      readonly path: string;
      readonly line: number;
    }
  | { readonly by: 'baseline' };

export interface WaivedFinding extends Finding {
  readonly waiver: Waiver;
}

/** What a check found. */
export interface Report {
  /** Milliseconds since the epoch: the moment that the check took for now. */
  readonly at: number;
  /** Errors first, then by path and line. */
  readonly findings: readonly Finding[];
  readonly waived: readonly WaivedFinding[];
  readonly checked: { readonly changedPaths: number; readonly specs: number; readonly approvals: number };
  /** The revisions that were compared, where there were any. */
  readonly base?: string | undefined;
  readonly head?: string | undefined;
  /** Every override that the check took into account, whether it waived something or not. */
  readonly overrides: readonly OverrideInForce[];
  /** True when no finding is an error. */
  readonly clean: boolean;
}

/** An override that counts at the moment of the check. */
export interface OverrideInForce {
  /** Stable code of the rule, e.g. `SG003`. */
  readonly rule: string;
  /** The one spec that it is about; undefined when it is about all. */
  readonly specId?: string | undefined;
  readonly reason: string;
  readonly actor: string;
  readonly approvers: readonly string[];
  readonly expires?: string | undefined;
  /** A trailer of this commit, or a line of the log. */
  readonly from: { readonly commit: string } | { readonly line: number };
  /** How many findings it waived. */
  readonly waived: number;
}
