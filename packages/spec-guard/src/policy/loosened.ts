import type { OverrideRule, Policy } from './policy.js';

/** In which ways a policy asks for less than another, as sentences. */
export function loosened(before: Policy, after: Policy): readonly string[] {
  const found: string[] = [];
  const more = (what: string, from: number, to: number): void => {
    if (to > from) found.push(`${what} goes up from ${from} to ${to}.`);
  };
  const fewer = (what: string, from: number, to: number): void => {
    if (to < from) found.push(`${what} goes down from ${from} to ${to}.`);
  };
  const opens = (what: string, from: boolean, to: boolean): void => {
    if (to && !from) found.push(`${what} is allowed.`);
  };
  const widens = (what: string, from: readonly string[], to: readonly string[]): void => {
    if (from.length > 0 && to.length === 0) found.push(`${what} is open to anybody.`);
    const added = to.filter((one) => !from.includes(one));
    if (from.length > 0 && added.length > 0) found.push(`${what} is open to ${added.join(', ')}.`);
  };

  more('reviewDays', before.reviewDays, after.reviewDays);
  for (const [kind, of] of [
    ['risk', 'risks'],
    ['spec', 'specs'],
  ] as const) {
    const names = new Set([...Object.keys(before[of]), ...Object.keys(after[of])]);
    for (const name of names) {
      const from = (before[of] as Policy['specs'])[name]?.reviewDays ?? before.reviewDays;
      const to = (after[of] as Policy['specs'])[name]?.reviewDays ?? after.reviewDays;
      if (to - from > after.reviewDays - before.reviewDays) more(`reviewDays of ${kind} ${name}`, from, to);
    }
  }
  for (const trigger of before.triggers) {
    const same = after.triggers.find(({ id }) => id === trigger.id);
    if (!same) found.push(`The trigger ${trigger.id} is gone.`);
    else if (JSON.stringify(same) !== JSON.stringify(trigger)) found.push(`The trigger ${trigger.id} is changed.`);
  }
  const exempt = after.exempt.filter((glob) => !before.exempt.includes(glob));
  if (exempt.length > 0) found.push(`These paths need no spec any more: ${exempt.join(', ')}.`);
  const weight = { off: 0, note: 1, warning: 2, error: 3 } as const;
  for (const [rule, severity] of Object.entries(after.rules)) {
    const was = before.rules[rule];
    if (was === undefined ? severity !== 'error' : weight[severity] < weight[was])
      found.push(`The rule ${rule} is set to ${severity}.`);
  }
  fewer('The quorum of approvals', before.approvals.quorum, after.approvals.quorum);
  widens('Approving', before.approvals.approvers, after.approvals.approvers);
  opens("Approving one's own content", before.approvals.authorMayApprove, after.approvals.authorMayApprove);
  if (before.approvals.signatures === 'required' && after.approvals.signatures === 'optional')
    found.push('Signatures are not required any more.');
  opens('Overriding', before.overrides.allowed, after.overrides.allowed);
  opens('Overriding by a trailer', before.overrides.trailers, after.overrides.trailers);
  opens('Suppressing', before.suppressions.allowed, after.suppressions.allowed);
  more('maxDays of suppressions', before.suppressions.maxDays, after.suppressions.maxDays);
  widens('Suppressing rules', before.suppressions.rules ?? [], after.suppressions.rules ?? []);

  const rules = new Set([...Object.keys(before.overrides.rules), ...Object.keys(after.overrides.rules)]);
  const compare = (what: string, from: OverrideRule, to: OverrideRule): void => {
    opens(`Overriding ${what}`, from.allowed, to.allowed);
    fewer(`The quorum for overriding ${what}`, from.quorum, to.quorum);
    widens(`Approving an override of ${what}`, from.approvers, to.approvers);
    opens(`Approving one's own override of ${what}`, from.authorMayApprove, to.authorMayApprove);
    more(`maxDays of overrides of ${what}`, from.maxDays, to.maxDays);
  };
  compare('any rule', before.overrides.default, after.overrides.default);
  for (const rule of rules)
    compare(
      rule,
      before.overrides.rules[rule] ?? before.overrides.default,
      after.overrides.rules[rule] ?? after.overrides.default,
    );
  return [...new Set(found)];
}
