import type { Finding, OverrideInForce, Report } from '../report/finding.js';
import type { ReportJson } from './report-schema.js';

/** A report as data for programs, of the form that `reportSchema` describes. Whoever prints it makes it safe to show. */
export function reportJson(report: Report, notes: readonly string[] = []): ReportJson {
  const { at, clean, base, head, checked, findings, waived, overrides } = report;
  return {
    schemaVersion: 1,
    at: new Date(at).toISOString(),
    clean,
    ...(base === undefined ? {} : { base }),
    ...(head === undefined ? {} : { head }),
    checked: { ...checked },
    findings: findings.map(findingJson),
    waived: waived.map((finding) => ({ ...findingJson(finding), waiver: { ...finding.waiver } })),
    overrides: overrides.map(overrideJson),
    notes: [...notes],
  };
}

function findingJson(finding: Finding): ReportJson['findings'][number] {
  const { code, rule, severity, path, line, column, message, why, fix, specId, paths, fingerprint } = finding;
  return {
    code,
    rule,
    severity,
    path,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    message,
    why,
    ...(fix === undefined ? {} : { fix: [...fix] }),
    ...(specId === undefined ? {} : { specId }),
    ...(paths === undefined ? {} : { paths: [...paths] }),
    fingerprint,
  };
}

function overrideJson(override: OverrideInForce): ReportJson['overrides'][number] {
  const { rule, specId, reason, actor, approvers, expires, from, waived } = override;
  return {
    rule,
    ...(specId === undefined ? {} : { specId }),
    reason,
    actor,
    approvers: [...approvers],
    ...(expires === undefined ? {} : { expires }),
    from: { ...from },
    waived,
  };
}
