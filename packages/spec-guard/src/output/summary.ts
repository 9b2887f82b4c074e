import type { Finding, Report, WaivedFinding } from '../report/finding.js';
import { commandLine } from './command-line.js';
import { placeOf } from './place.js';
import { summaryLine } from './pretty.js';
import { overrideOf, waiverOf } from './waivers.js';

/** GitHub refuses a summary of more than 1 MiB; this leaves room for what other steps say. */
const MAX_BYTES = 900_000;

export interface SummaryOptions {
  /** Makes text from the repository harmless, as for the terminal: Markdown shows characters that reorder others, too. */
  readonly safe: (text: string) => string;
  readonly notes?: readonly string[] | undefined;
}

/** A report as Markdown, for `GITHUB_STEP_SUMMARY`: findings, and every waiver in force. */
export function renderSummary(report: Report, { safe, notes = [] }: SummaryOptions): string {
  const text = (value: string) => escapeMarkdown(safe(value));
  const code = (value: string) => codeSpan(safe(value));
  const head = [
    `## ${report.clean ? 'Spec guard passed' : 'Spec guard failed'}`,
    '',
    text(summaryLine(report)),
    ...notes.map((note) => `\n${text(note)}`),
  ];
  const row = (finding: Finding) =>
    `| ${finding.severity} | ${finding.code} | ${code(placeOf(finding))} | ${text(finding.message)} ${text(finding.why)} | ${finding.fix ? code(commandLine(finding.fix)) : ''} |`;
  const waivedRow = (finding: WaivedFinding) =>
    `| ${finding.code} | ${code(placeOf(finding))} | ${text(waiverOf(finding))} |`;
  const found = table(['| | code | where | what and why | fix |', '|---|---|---|---|---|'], report.findings.map(row));
  const waived = table(['| waived | where | why |', '|---|---|---|'], report.waived.map(waivedRow));
  const overrides = table(
    ['| override in force | who, until when, why |', '|---|---|'],
    report.overrides.map((override) => `| ${override.rule} | ${text(overrideOf(override))} |`),
  );
  return `${fit([...head, ...overrides, ...waived, ...found])}\n`;
}

const table = (head: readonly string[], rows: readonly string[]): string[] =>
  rows.length === 0 ? [] : ['', ...head, ...rows];

/** Lines up to the limit, and how many are missing. */
function fit(lines: readonly string[]): string {
  let bytes = 0;
  const shown = lines.filter((line) => (bytes += Buffer.byteLength(line) + 1) <= MAX_BYTES);
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? ['', `${more} more lines do not fit here; they are in the log.`] : [])].join('\n');
}

/** Text that Markdown and HTML show as it is, in a table too. */
const escapeMarkdown = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[\\`*_{}[\]()#+\-.!|~@:$]/g, (character) => `&#${character.charCodeAt(0)};`);

/** HTML and not backticks: a bar or a backtick in the text would end those. */
const codeSpan = (text: string): string => `<code>${escapeMarkdown(text)}</code>`;
