import type { Evaluation } from '../evaluation/evaluation.js';
import { pairHeadings, pairRow } from './rows.js';

/** The pairs as a table of plain text, with what failed and why below it. */
export function consoleTable({ pairs, unusable, totals, verdict }: Evaluation): string {
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
    .flatMap(({ target, asset, causes, reproduce }) => [
      `${asset} on ${target}`,
      ...causes.map(({ kind, message }) => `  ${kind}: ${message}`),
      ...(reproduce.length > 0 ? [`  reproduce: ${reproduce.join(' ')}`] : []),
    ]);
  const lost = unusable.map(({ target, code, message }) => `${target} cannot be used (${code}): ${message}`);
  const cached = totals.cached > 0 ? `, ${totals.cached} of them from the cache` : '';
  const share =
    totals.workMs > 0 ? ` ${Math.round((totals.testsMs / totals.workMs) * 100)}% of the work were tests.` : '';
  const end = `${verdict}: ${totals.passed} passed, ${totals.failed} failed${cached}, in ${(totals.wallMs / 1000).toFixed(1)} s.${share}`;
  return `${[...table, '', ...failures, ...lost, end].join('\n')}\n`;
}
