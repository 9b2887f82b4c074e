import { fingerprintOf } from '../report/fingerprint.js';
import type { Finding, Report } from '../report/finding.js';
import { findRule, rules } from '../rules/rules.js';
import type { Draft, Rule } from '../rules/rule.js';
import type { CheckInput } from './check-input.js';
import { type CheckContext, createContext } from './context.js';
import type { Readers } from './readers.js';
import { waive } from './waive.js';

/** Checks a change, or a whole repository, against its specs; what `readers` throw is thrown. */
export function checkWith(input: CheckInput, readers: Readers): Report {
  const context = createContext(input, findRule, readers);
  const { findings, waived, overrides } = waive(sorted(allFindings(context)), context);
  return {
    at: input.at,
    findings,
    waived,
    checked: {
      changedPaths: input.changes?.length ?? 0,
      specs: context.inScope.length,
      approvals: context.inScope.reduce((sum, { entry }) => sum + (entry?.approvals.length ?? 0), 0),
    },
    ...(input.baseRevision !== undefined && { base: input.baseRevision }),
    ...(input.headRevision !== undefined && { head: input.headRevision }),
    overrides,
    clean: !findings.some(({ severity }) => severity === 'error'),
  };
}

function allFindings(context: CheckContext): readonly Finding[] {
  return rules.flatMap((rule) => {
    const { rules: severities } = context.policy;
    const said = Object.hasOwn(severities, rule.code)
      ? severities[rule.code]
      : Object.hasOwn(severities, rule.name)
        ? severities[rule.name]
        : undefined;
    if (said === 'off') return [];
    return [...rule.check(context)].map((draft) => dress(rule, draft, said));
  });
}

function dress(rule: Rule, draft: Draft, said: Finding['severity'] | undefined): Finding {
  const { path, line, column, message, fix, specId, paths } = draft;
  return {
    code: rule.code,
    rule: rule.name,
    severity: said ?? draft.severity ?? rule.severity,
    path,
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    message,
    why: draft.why ?? rule.why,
    ...(fix && { fix }),
    ...(specId !== undefined && { specId }),
    ...(paths && { paths: [...paths] }),
    fingerprint: fingerprintOf(rule.code, specId ?? path, draft.subject ?? ''),
  };
}

const weights = { error: 0, warning: 1, note: 2 } as const;

const sorted = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort(
    (a, b) =>
      weights[a.severity] - weights[b.severity] ||
      compare(a.path, b.path) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      compare(a.code, b.code) ||
      compare(a.message, b.message),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
