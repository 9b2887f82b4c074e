import { findRule } from './rules.js';

/** What a rule finds, why, and how to mend it, as plain text; undefined for a code or name that no rule has. */
export function explain(codeOrName: string): string | undefined {
  const rule = findRule(codeOrName);
  if (!rule) return undefined;
  const { code, name, severity, what, why, example, mend, overridable, suppressible } = rule;
  const waived = [
    overridable ? 'It can be overridden where the policy allows it' : 'It cannot be overridden',
    suppressible ? 'suppressed by a comment' : overridable ? 'but not suppressed by a comment' : 'nor suppressed',
  ].join(overridable && suppressible ? ', or ' : overridable ? ', ' : ' ');
  return [
    `${code} ${name} (${severity})`,
    '',
    what,
    '',
    `Why: ${why}`,
    `Example: ${example}`,
    `Mend it: ${mend}`,
    `${waived}.`,
    '',
  ].join('\n');
}
