import type { Evaluation } from '../evaluation/evaluation.js';
import { figureLines } from './figures.js';
import {
  controlLines,
  evidenceLines,
  newFindings,
  newFindingsTitle,
  pairHeadings,
  pairRow,
  templateWords,
} from './rows.js';

/** The pairs as a table of plain text, with templates, what failed and why, and the figures below it. */
export function consoleTable({ pairs, templates, unusable, totals, verdict }: Evaluation): string {
  const rows = [pairHeadings, ...pairs.map(pairRow)];
  const widths = pairHeadings.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const failures = pairs
    .filter((pair) => pair.verdict === 'failed')
    .flatMap((pair) => [
      `${pair.asset} on ${pair.target}`,
      ...pair.causes.map(({ kind, message }) => `  ${kind}: ${message}`),
      ...evidenceLines(pair).map((line) => `  ${line}`),
      ...(pair.reproduce.length > 0 ? [`  reproduce: ${pair.reproduce.join(' ')}`] : []),
    ]);
  const lost = unusable.map(({ target, code, message }) => `${target} cannot be used (${code}): ${message}`);
  const ofTemplates = templates.map((template) => `${template.template}: ${templateWords(template)}`);
  const end = `${verdict}: ${totals.passed} passed, ${totals.failed} failed.`;
  return `${[
    ...(pairs.length > 0 ? [...table, ''] : []),
    ...section('Templates, which change nothing of a target and are judged by themselves:', ofTemplates),
    ...section(`${newFindingsTitle}:`, newFindings(pairs).flatMap(findingLines)),
    ...failures,
    ...lost,
    ...controlLines({ pairs }),
    ...figureLines({ totals }),
    end,
  ].join('\n')}\n`;
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];

/** New findings that are told of one pair; `evaluation.json` has more. */
const told = 3;

function findingLines({
  pair,
  lines,
}: {
  readonly pair: string;
  readonly lines: readonly string[];
}): readonly string[] {
  const more = lines.length > told ? [`  … ${lines.length - told} more`] : [];
  return [pair, ...lines.slice(0, told).map((line) => `  ${line}`), ...more];
}
