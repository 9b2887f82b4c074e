import type { Finding, Report, Severity, WaivedFinding } from '../report/finding.js';
import { commandLine } from './command-line.js';
import { placeOf, plural } from './place.js';
import { overrideOf, waiverOf } from './waivers.js';

export type Paint = (text: string) => string;

export interface PrettyOptions {
  /** Makes text that came from the repository harmless for a terminal, and keeps it on one line. */
  readonly safe: (text: string) => string;
  readonly paint?: Partial<Record<Severity | 'dim' | 'bold', Paint>> | undefined;
  /** What the reader should know about the run, e.g. where the base came from. */
  readonly notes?: readonly string[] | undefined;
  /** Says nothing at all where there is nothing to say. */
  readonly quiet?: boolean | undefined;
}

const MAX_PATHS = 5;

/** A report for people: one line when nothing is wrong, else what is wrong, file by file. Ends with a newline unless it is empty. */
export function renderPretty(report: Report, options: PrettyOptions): string {
  const { safe, notes = [], quiet = false } = options;
  const { dim = same } = options.paint ?? {};
  const { findings, waived, overrides } = report;
  const isSilent = findings.length + waived.length + overrides.length === 0;
  if (quiet && isSilent) return '';
  const lines = notes.map((note) => dim(safe(note)));
  for (const [path, own] of groupByPath(findings)) {
    lines.push('', (options.paint?.bold ?? same)(safe(path)), ...own.flatMap((finding) => describe(finding, options)));
  }
  if (waived.length > 0) lines.push('', ...waived.map((finding) => dim(describeWaived(finding, safe))));
  if (overrides.length > 0)
    lines.push('', ...overrides.map((one) => `  override ${one.rule} ${safe(overrideOf(one))}`));
  if (!isSilent) lines.push('');
  lines.push(summaryLine(report));
  return `${lines.join('\n').replace(/^\n/, '')}\n`;
}

/** What was found, in one line. */
export function summaryLine({ findings, waived, checked }: Report): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const found = (['error', 'warning', 'note'] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => plural(count(severity), severity));
  if (waived.length > 0) found.push(`${waived.length} waived`);
  const what = found.length > 0 ? found.join(', ') : 'nothing wrong';
  return `Spec guard: ${what} (${plural(checked.specs, 'spec')}, ${plural(checked.changedPaths, 'changed path')}).`;
}

function groupByPath(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.path);
    if (group) group.push(finding);
    else groups.set(finding.path, [finding]);
  }
  return groups;
}

function describe(finding: Finding, { safe, paint }: PrettyOptions): string[] {
  const { dim = same } = paint ?? {};
  const colour = paint?.[finding.severity] ?? same;
  const lines = [
    `  ${colour(finding.severity)} ${finding.code} ${safe(placeOf(finding))}  ${safe(finding.message)}`,
    `    ${dim(`why: ${safe(finding.why)}`)}`,
  ];
  const paths = finding.paths ?? [];
  if (paths.length > 1 || (paths.length === 1 && paths[0] !== finding.path)) {
    const shown = paths.slice(0, MAX_PATHS).map(safe).join(', ');
    const more = paths.length - MAX_PATHS;
    lines.push(`    ${dim(`changed: ${shown}${more > 0 ? ` and ${more} more` : ''}`)}`);
  }
  if (finding.fix) lines.push(`    fix: ${safe(commandLine(finding.fix))}`);
  return lines;
}

const describeWaived = (finding: WaivedFinding, safe: (text: string) => string): string =>
  `  waived ${finding.code} ${safe(placeOf(finding))}  ${safe(waiverOf(finding))}`;

const same: Paint = (text) => text;
