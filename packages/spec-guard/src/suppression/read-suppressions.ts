import type { SourceFile } from '../check/check-input.js';
import { daysSince, endOfDay } from '../policy/deadlines.js';
import type { Policy } from '../policy/policy.js';
import { isDay } from '../spec/check-fields.js';
import { SUPPRESSION_LINES } from './suppression-line.js';

/** An inline comment that asks for a rule to be silent here. */
export interface Suppression {
  /** Stable code of the rule. */
  readonly rule: string;
  /** The last day on which it counts, in UTC. */
  readonly until: string;
  readonly reason: string;
  readonly path: string;
  readonly line: number;
}

export interface SuppressionProblem {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface SuppressionRules {
  readonly policy: Policy;
  /** Milliseconds since the epoch. */
  readonly at: number;
  ruleOf(
    codeOrName: string,
  ): { readonly code: string; readonly name: string; readonly suppressible: boolean } | undefined;
}

const mark = 'spec-guard-disable';
const shape = /spec-guard-disable[ \t]+([\w,-]+)[ \t]+until=(\S+)(?:[ \t]+(.*?))?[ \t]*(?:-->|\*\/|#\}|\}\})?[ \t]*$/;

/**
 * Reads `spec-guard-disable RULE until=YYYY-MM-DD reason` comments: anywhere in a spec, in the first lines of another file.
 *
 * Returns those that count now, and what is wrong with the others.
 */
export function readSuppressions(
  file: SourceFile,
  isSpec: boolean,
  rules: SuppressionRules,
): { readonly suppressions: readonly Suppression[]; readonly problems: readonly SuppressionProblem[] } {
  if (!file.text.includes(mark)) return { suppressions: [], problems: [] };
  const suppressions: Suppression[] = [];
  const problems: SuppressionProblem[] = [];
  const lines = file.text.split(/\r?\n/, isSpec ? undefined : SUPPRESSION_LINES);
  for (const [index, text] of lines.entries()) {
    // In prose the words stand between back-quotes, and mean nothing.
    if (!text.includes(mark) || (isSpec && !text.includes('<!--'))) continue;
    const line = index + 1;
    const found = shape.exec(text);
    const [, names = '', until = '', reason = ''] = found ?? [];
    const refuse = (message: string): void => {
      problems.push({ path: file.path, line, message });
    };
    if (!found) {
      refuse(`it is not "${mark} RULE until=YYYY-MM-DD reason"`);
      continue;
    }
    for (const name of names.split(',').filter(Boolean)) {
      const rule = rules.ruleOf(name);
      const why = refusal(name, rule, until, reason, rules);
      if (why !== undefined) refuse(why);
      else if (rule) suppressions.push({ rule: rule.code, until, reason, path: file.path, line });
    }
  }
  return { suppressions, problems };
}

function refusal(
  name: string,
  rule: ReturnType<SuppressionRules['ruleOf']>,
  until: string,
  reason: string,
  { policy: { suppressions }, at }: SuppressionRules,
): string | undefined {
  if (!suppressions.allowed) return 'the policy allows no suppressions';
  if (!rule) return `there is no rule "${name}"`;
  const mayBe = suppressions.rules
    ? suppressions.rules.some((one) => one === rule.code || one === rule.name)
    : rule.suppressible;
  if (!mayBe) return `${rule.code} (${rule.name}) may not be suppressed`;
  if (!isDay(until)) return `"${until.slice(0, 40)}" is no date of the form YYYY-MM-DD`;
  if (reason.trim() === '') return 'it gives no reason';
  if (endOfDay(until) < at) return `it expired on ${until}`;
  const ahead = -daysSince(until, at);
  if (ahead > suppressions.maxDays) return `it is to last ${ahead} days, and ${suppressions.maxDays} are allowed`;
  return undefined;
}
