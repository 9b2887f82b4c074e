import type { Baseline } from '../baseline/baseline-schema.js';
import { readBaseline } from '../baseline/read-baseline.js';
import { type Granted, overridesInForce, type Refused } from '../override/overrides-in-force.js';
import { onlyAppends } from '../override/only-appends.js';
import { readTrailers } from '../override/trailers.js';
import type { ParsedFile } from './json-file.js';
import type { Policy } from '../policy/policy.js';
import type { Rule } from '../rules/rule.js';
import { readSuppressions, type Suppression, type SuppressionProblem } from '../suppression/read-suppressions.js';
import type { Signers } from '../approval/signatures.js';
import type { Readers } from './readers.js';
import type { CheckInput, SourceFile } from './check-input.js';
import type { Problem } from './position.js';

/** Everything by which somebody asks for a finding to be let through, and what is wrong with it. */
export interface Waivers {
  readonly suppressions: readonly Suppression[];
  readonly badSuppressions: readonly SuppressionProblem[];
  readonly overrides: readonly Granted[];
  readonly refusedOverrides: readonly Refused[];
  readonly badTrailers: readonly { readonly commit: string; readonly message: string }[];
  /** What is wrong with the log itself: then nothing in it counts. */
  readonly logProblems: readonly Problem[];
  readonly baseline: ParsedFile<Baseline>;
  readonly headBaseline: ParsedFile<Baseline>;
  /** Debt that the change adds to the baseline. */
  readonly newDebt: Baseline['findings'];
}

export interface WaiverSource {
  readonly input: CheckInput;
  readonly readers: Pick<Readers, 'baseline' | 'overrides'>;
  readonly policy: Policy;
  readonly signers: Signers;
  /** The specs whose suppressions are read. */
  readonly specs: readonly SourceFile[];
  readonly ruleOf: (codeOrName: string) => Rule | undefined;
}

export function readWaivers({ input, readers, policy, signers, specs, ruleOf }: WaiverSource): Waivers {
  const { at, base, head, commits } = input;
  const specPaths = new Set(specs.map(({ path }) => path));
  const read = [
    ...specs.map((file) => readSuppressions(file, true, { policy, at, ruleOf })),
    ...(input.marked ?? [])
      .filter(({ path }) => !specPaths.has(path))
      .map((file) => readSuppressions(file, false, { policy, at, ruleOf })),
  ];
  const log = head.overrides ? readers.overrides(head.overrides) : { entries: [], problems: [] };
  const logProblems = [...log.problems];
  if (base.overrides && !onlyAppends(base.overrides.text, head.overrides?.text ?? ''))
    logProblems.push({
      message: head.overrides
        ? 'entries that the base has were changed or taken away'
        : 'the log of the base was taken away',
      line: 1,
      column: 1,
    });
  const written = commits.map(readTrailers);
  const { granted, refused } = overridesInForce(
    logProblems.length > 0 ? [] : log.entries,
    written.flatMap(({ trailers }) => trailers),
    { policy, signers: signers.signers, at, ruleOf },
  );
  const baseline = readBaseline(base.baseline, readers.baseline);
  const headBaseline =
    base.baseline?.text === head.baseline?.text ? baseline : readBaseline(head.baseline, readers.baseline);
  const known = new Set(baseline.value?.findings.map(({ fingerprint }) => fingerprint));
  return {
    suppressions: read.flatMap((one) => one.suppressions),
    badSuppressions: read.flatMap(({ problems }) => problems),
    overrides: granted,
    refusedOverrides: refused,
    badTrailers: written.flatMap(({ problems }) => problems),
    logProblems,
    baseline,
    headBaseline,
    newDebt: (headBaseline.value?.findings ?? []).filter(({ fingerprint }) => !known.has(fingerprint)),
  };
}
