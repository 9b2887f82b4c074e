import type { GoalEvaluation } from '../goal-evaluation.js';
import { attemptWords, currencyOf, modelLines, variantHeadings, variantRow, verdictWords } from './rows.js';

/** The variants as a table of plain text; then what answered in them, how they compare, and what failed and why. */
export function goalsTable(evaluation: GoalEvaluation): string {
  const { variants, comparisons, totals } = evaluation;
  const currency = currencyOf(evaluation);
  const rows = [variantHeadings, ...variants.map((summary) => variantRow(summary, currency))];
  const widths = variantHeadings.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const failures = variants
    .filter((summary) => summary.verdict === 'failed')
    .flatMap(({ variant, causes, reproduce }) => [
      variant,
      ...causes.map(({ kind, message }) => `  ${kind}: ${message}`),
      ...(reproduce.length > 0 ? [`  reproduce: ${reproduce.join(' ')}`] : []),
    ]);
  const cached = totals.cached > 0 ? `, ${totals.cached} of them from the cache` : '';
  const end = `${verdictWords(evaluation)}: ${attemptWords(evaluation)}${cached}, in ${(totals.wallMs / 1000).toFixed(1)} s.`;
  const sections = [table, modelLines(evaluation), comparisons.flatMap(({ said }) => said), failures, [end]];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
