import type { Finding, OverrideInForce, WaivedFinding, Waiver } from '../report/finding.js';
import type { Suppression } from '../suppression/read-suppressions.js';
import type { CheckContext } from './context.js';

export interface Waived {
  readonly findings: readonly Finding[];
  readonly waived: readonly WaivedFinding[];
  readonly overrides: readonly OverrideInForce[];
}

/** Lets through what an override, a suppression or the baseline waives. Notes weigh nothing and are left alone. */
export function waive(found: readonly Finding[], { waivers, input, ruleOf }: CheckContext): Waived {
  const findings: Finding[] = [];
  const waived: WaivedFinding[] = [];
  const used = new Map<number, number>();
  const debt = new Set(waivers.baseline.value?.findings.map(({ fingerprint }) => fingerprint));
  // Where the guard is only now adopted, the debt comes with the change that adopts it.
  const isAdopted = input.base.index === undefined || waivers.overrides.some(({ rule }) => rule === 'SG019');
  if (isAdopted) for (const { fingerprint } of waivers.newDebt) debt.add(fingerprint);
  const suppressions = bySuppressedPath(waivers.suppressions);

  for (const finding of found) {
    const waiver = finding.severity === 'note' ? undefined : waiverOf(finding);
    if (waiver) waived.push({ ...finding, waiver });
    else findings.push(finding);
  }
  const overrides = waivers.overrides.map((granted, index) => ({ ...granted, waived: used.get(index) ?? 0 }));
  return { findings, waived, overrides };

  function waiverOf(finding: Finding): Waiver | undefined {
    const { code, specId, fingerprint } = finding;
    const index = waivers.overrides.findIndex(
      (one) => one.rule === code && (one.specId === undefined || one.specId === specId),
    );
    const override = waivers.overrides[index];
    if (override) {
      used.set(index, (used.get(index) ?? 0) + 1);
      const { reason, actor, approvers, expires } = override;
      return { by: 'override', reason, actor, approver: approvers.join(', ') || undefined, expires };
    }
    const suppression = suppressionOf(finding, suppressions);
    if (suppression) {
      const { reason, until, path, line } = suppression;
      return { by: 'suppression', reason, expires: until, path, line };
    }
    // What is wrong with the guard's own files is never debt.
    return debt.has(fingerprint) && code !== 'SG019' && ruleOf(code)?.overridable ? { by: 'baseline' } : undefined;
  }
}

const bySuppressedPath = (suppressions: readonly Suppression[]): ReadonlyMap<string, Suppression> =>
  new Map(suppressions.map((one) => [`${one.rule} ${one.path}`, one]));

/** A comment in the file itself, or one in each of the changed files that the finding is about. */
function suppressionOf(
  { code, path, paths }: Finding,
  known: ReadonlyMap<string, Suppression>,
): Suppression | undefined {
  const own = known.get(`${code} ${path}`);
  if (own && (paths === undefined || !paths.includes(path))) return own;
  if (paths === undefined || paths.length === 0) return undefined;
  const each = paths.map((one) => known.get(`${code} ${one}`));
  return each.every((one) => one !== undefined) ? each[0] : undefined;
}
