import type { CheckContext } from '../check/context.js';
import type { Severity } from '../report/finding.js';

/** A finding before it is dressed. */
export interface Draft {
  readonly path: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
  /** The rule's own `why` by default. */
  readonly why?: string | undefined;
  /** The rule's own severity by default. */
  readonly severity?: Severity | undefined;
  readonly fix?: readonly string[] | undefined;
  readonly specId?: string | undefined;
  readonly paths?: readonly string[] | undefined;
  /** Tells this fault from others of the rule on the same spec or path; must not change when lines move or days pass. */
  readonly subject?: string | undefined;
}

/** One thing that the guard looks for. */
export interface Rule {
  /** `SG` and three digits; never given to another rule. */
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  /** What it finds, in one sentence. */
  readonly what: string;
  /** Why that matters, in one or two. */
  readonly why: string;
  /** What it looks like. */
  readonly example: string;
  /** How to mend it. */
  readonly mend: string;
  readonly overridable: boolean;
  /** Whether an inline comment may silence it unless the policy says otherwise. */
  readonly suppressible: boolean;
  check(context: CheckContext): Iterable<Draft>;
}
