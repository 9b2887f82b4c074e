import { matchesPatterns } from '@codex-orch/core';
import { signatureProblem, type SignatureRules } from '../approval/signatures.js';
import { daysSince, endOfDay } from '../policy/deadlines.js';
import type { OverrideRule, Policy } from '../policy/policy.js';
import type { OverrideInForce } from '../report/finding.js';
import type { Override } from './override.js';
import { overrideText } from './override-text.js';
import type { LoggedOverride } from './read-overrides.js';
import type { OverrideTrailer } from './trailers.js';

/** What a rule says about being overridden. */
export interface OverridableRule {
  readonly code: string;
  readonly name: string;
  readonly overridable: boolean;
}

/** An override that counts, until something says how much it waived. */
export type Granted = Omit<OverrideInForce, 'waived'>;

export interface Refused {
  readonly from: OverrideInForce['from'];
  readonly message: string;
}

export interface OverrideRules {
  readonly policy: Policy;
  readonly signers: SignatureRules['signers'];
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ruleOf: (codeOrName: string) => OverridableRule | undefined;
}

/** The policy's word about overriding a rule. */
function overrideRuleOf({ overrides }: Policy, { code, name }: OverridableRule): OverrideRule {
  const named = Object.hasOwn(overrides.rules, code) ? overrides.rules[code] : undefined;
  return named ?? (Object.hasOwn(overrides.rules, name) ? overrides.rules[name] : undefined) ?? overrides.default;
}

/** Decides which overrides count. One that has expired is neither granted nor refused: it is simply over. */
export function overridesInForce(
  logged: readonly LoggedOverride[],
  trailers: readonly OverrideTrailer[],
  rules: OverrideRules,
): { readonly granted: readonly Granted[]; readonly refused: readonly Refused[] } {
  const granted: Granted[] = [];
  const refused: Refused[] = [];
  for (const { override, actor, at, line } of logged) {
    if (endOfDay(override.expires) < rules.at) continue;
    const from = { line };
    const message = refusal(override.rule, rules, (demands) => {
      if (at > rules.at + 600_000) return 'it is dated ahead';
      const lasts = -daysSince(override.expires, at);
      if (lasts > demands.maxDays) return `it is to last ${lasts} days, and ${demands.maxDays} are allowed`;
      const who = approversOf(override, actor, demands, rules);
      return who.length >= demands.quorum
        ? undefined
        : `${demands.quorum} people have to approve it, and ${who.length === 0 ? 'nobody' : who.join(', ')} did so validly`;
    });
    if (message !== undefined) refused.push({ from, message });
    else {
      const { specId, reason, expires, approvers } = override;
      const names = approvers.map(({ name, email }) => email || name);
      granted.push({ rule: override.rule, specId, reason, actor, approvers: names, expires, from });
    }
  }
  for (const { rule, specId, reason, actor, email, commit } of trailers) {
    const from = { commit };
    const message = !rules.policy.overrides.trailers
      ? 'the policy takes no trailers'
      : refusal(rule, rules, ({ quorum }) =>
          quorum === 0 ? undefined : `${quorum} people have to approve it, which a trailer cannot show: use the log`,
        );
    const code = rules.ruleOf(rule)?.code ?? rule;
    if (message !== undefined) refused.push({ from, message: `"Spec-Override: ${rule}": ${message}` });
    else
      granted.push({ rule: code, specId, reason, actor: email ? `${actor} <${email}>` : actor, approvers: [], from });
  }
  return { granted, refused };
}

function refusal(
  named: string,
  { policy, ruleOf }: OverrideRules,
  judge: (demands: OverrideRule) => string | undefined,
): string | undefined {
  const rule = ruleOf(named);
  if (!rule) return `there is no rule "${named}"`;
  if (!policy.overrides.allowed) return 'the policy allows no overrides';
  if (!rule.overridable) return `${rule.code} (${rule.name}) cannot be overridden`;
  const demands = overrideRuleOf(policy, rule);
  return demands.allowed ? judge(demands) : `the policy does not let ${rule.code} (${rule.name}) be overridden`;
}

function approversOf(
  override: Override,
  actor: string,
  demands: OverrideRule,
  rules: OverrideRules,
): readonly string[] {
  const text = overrideText(override);
  const required = rules.policy.approvals.signatures === 'required';
  const self = (/<([^>]*)>/.exec(actor)?.[1] ?? actor.replace(/^[a-z]+:/, '')).toLowerCase();
  const good = override.approvers.filter(({ name, email, signature }) => {
    const who = (email || name).toLowerCase();
    if (!demands.authorMayApprove && who === self) return false;
    if (demands.approvers.length > 0 && !matchesPatterns(who, demands.approvers.join(',').toLowerCase())) return false;
    const by = { actor: 'human' as const, name, email };
    return (
      signatureProblem(() => text, signature, by, { signers: rules.signers, required, at: () => rules.at }) ===
      undefined
    );
  });
  return [...new Set(good.map(({ name, email }) => (email || name).toLowerCase()))];
}
