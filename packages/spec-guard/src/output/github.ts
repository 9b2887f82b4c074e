import type { Finding, Report, Severity } from '../report/finding.js';
import { commandLine } from './command-line.js';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * A report as GitHub workflow commands, one a line, which annotate the files of a pull request. Empty when nothing was found.
 *
 * `safe` makes text from the repository harmless for a terminal; the escapes of the commands are added after it.
 * Format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function renderGithubAnnotations(
  { findings }: Report,
  { safe }: { readonly safe: (text: string) => string },
): string {
  return findings.map((finding) => `${annotation(finding, safe)}\n`).join('');
}

function annotation(
  { severity, path, line, column, code, message, why, fix }: Finding,
  safe: (text: string) => string,
): string {
  const properties = [
    ['file', safe(path)],
    ['line', line],
    ['col', line === undefined ? undefined : column],
    ['title', `Spec guard ${code}`],
  ]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${String(name)}=${escapeProperty(String(value))}`);
  const text = [message, why, ...(fix ? [`Fix: ${commandLine(fix)}`] : [])].map(safe).join('\n');
  return `::${commands[severity]} ${properties.join(',')}::${escapeData(text)}`;
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
