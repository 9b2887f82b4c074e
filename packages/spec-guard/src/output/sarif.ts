import type { Finding, Report, WaivedFinding } from '../report/finding.js';
import type { Rule } from '../rules/rule.js';
import { commandLine } from './command-line.js';
import { waiverOf } from './waivers.js';

/** What SARIF is told of a rule; `guard explain` says the same. */
export type RuleText = Pick<Rule, 'code' | 'name' | 'severity' | 'what' | 'why' | 'mend'>;

export interface SarifOptions {
  /** Version of the tool. */
  readonly version: string;
  readonly rules: readonly RuleText[];
}

const informationUri = 'https://github.com/codex-orch/codex-orch';

/**
 * A report as a SARIF 2.1.0 log, e.g. for GitHub code scanning. Waived findings are in it as suppressed results.
 *
 * Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function reportSarif(report: Report, { version, rules }: SarifOptions) {
  const findings = [...report.findings, ...report.waived];
  const known = new Map<string, ReturnType<typeof describeRule> | { id: string; name: string }>(
    rules.map((rule) => [rule.code, describeRule(rule)]),
  );
  for (const { code, rule } of findings) if (!known.has(code)) known.set(code, { id: code, name: rule });
  const order = [...known.keys()];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0' as const,
    runs: [
      {
        tool: {
          driver: {
            name: 'codex-orch spec guard',
            informationUri,
            version,
            semanticVersion: version,
            rules: [...known.values()],
          },
        },
        automationDetails: { id: 'spec-guard/' },
        columnKind: 'utf16CodeUnits' as const,
        originalUriBaseIds: { [rootId]: { description: { text: 'The root of the repository.' } } },
        invocations: [{ executionSuccessful: true, endTimeUtc: new Date(report.at).toISOString() }],
        results: findings.map((finding) => describeResult(finding, order.indexOf(finding.code))),
      },
    ],
  };
}

const rootId = 'SRCROOT';

function describeRule({ code, name, what, why, mend, severity }: RuleText) {
  return {
    id: code,
    name,
    shortDescription: { text: what },
    fullDescription: { text: `${what} ${why}` },
    help: { text: `${why} ${mend}` },
    defaultConfiguration: { level: severity },
  };
}

function describeResult(finding: Finding | WaivedFinding, ruleIndex: number) {
  const { code, severity, path, line, column, message, why, fix, fingerprint } = finding;
  const mend = fix ? ` Fix: ${commandLine(fix)}` : '';
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: `${message} ${why}${mend}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path), uriBaseId: rootId },
          // GitHub shows no result without a line.
          region: {
            startLine: line ?? 1,
            ...(line === undefined || column === undefined ? {} : { startColumn: column }),
          },
        },
      },
    ],
    partialFingerprints: { 'specGuard/v1': fingerprint },
    ...('waiver' in finding ? { suppressions: [suppressionOf(finding)] } : {}),
  };
}

const suppressionOf = (finding: WaivedFinding) => ({
  kind: finding.waiver.by === 'suppression' ? ('inSource' as const) : ('external' as const),
  status: 'accepted' as const,
  justification: waiverOf(finding),
});

/** A relative reference of RFC 3986; lone halves of a pair have no encoding and become U+FFFD. */
const uriOf = (path: string): string =>
  path
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
