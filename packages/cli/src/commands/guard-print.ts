import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '@codex-orch/core';
import {
  type Report,
  renderGithubAnnotations,
  renderJunit,
  renderPretty,
  renderSummary,
  reportJson,
  reportSarif,
  rules,
  summaryLine,
} from '@codex-orch/spec-guard';
import type { CliContext } from '../context.js';
import { paletteFor } from '../print/palette.js';
import { safeJson, visibleLine } from '../print/visible.js';

type GuardFormat = 'pretty' | 'github' | 'json' | 'junit' | 'sarif';

export interface PrintFlags {
  readonly json: boolean;
  readonly format?: GuardFormat | undefined;
  readonly sarif?: string | undefined;
  readonly junit?: string | undefined;
}

/** Prints a report in the form that was asked for, and writes it to the files that were named. */
export async function printReport(
  context: CliContext,
  flags: PrintFlags,
  report: Report,
  notes: readonly string[],
): Promise<void> {
  const { process } = context;
  const { stdout, env } = process;
  const format = flags.json ? 'json' : (flags.format ?? 'pretty');
  stdout.write(await render(context, format, report, notes));
  const summaryFile = env['GITHUB_STEP_SUMMARY'];
  if (format === 'github' && summaryFile) await appendFile(summaryFile, renderSummary(report, { safe, notes }));
  for (const [file, text] of [
    [flags.sarif, sarifOf],
    [flags.junit, renderJunit],
  ] as const)
    if (file !== undefined) await writeFileAtomic(path.resolve(process.cwd(), file), await text(report));
}

const safe = visibleLine;

async function sarifOf(report: Report): Promise<string> {
  const { version } = await import('../version.js');
  return `${safeJson(reportSarif(report, { version, rules }), 2)}\n`;
}

async function render(
  context: CliContext,
  format: GuardFormat,
  report: Report,
  notes: readonly string[],
): Promise<string> {
  switch (format) {
    case 'json':
      return `${safeJson(reportJson(report, notes), 2)}\n`;
    case 'sarif':
      return sarifOf(report);
    case 'junit':
      return renderJunit(report);
    case 'github':
      return `${notes.map((note) => `${safe(note)}\n`).join('')}${renderGithubAnnotations(report, { safe })}${summaryLine(report)}\n`;
    case 'pretty': {
      const { red, yellow, cyan, dim, bold } = paletteFor(context.process.stdout, context.process.env);
      return renderPretty(report, { safe, notes, paint: { error: red, warning: yellow, note: cyan, dim, bold } });
    }
  }
}
