import { cell, table } from '../../report/markdown.js';
import type { GoalEvaluation } from '../goal-evaluation.js';
import {
  attemptHeadings,
  attemptRow,
  attemptWords,
  currencyOf,
  modelLines,
  variantHeadings,
  variantRow,
  verdictWords,
} from './rows.js';

/** A summary for a job's page: the variants, how they compare, what failed, and all attempts. */
export function goalsMarkdown(evaluation: GoalEvaluation): string {
  const { id, title, goal, totals, baseline, hiddenBefore, variants, comparisons, attempts, environment } = evaluation;
  const failed = variants.filter((summary) => summary.verdict === 'failed');
  const lost = attempts.filter(({ causes }) => causes.length > 0);
  const currency = currencyOf(evaluation);
  return `${[
    `# ${cell(title)}: ${verdictWords(evaluation)}`,
    '',
    `Evaluation ${id}: ${attemptWords(evaluation)}, ${totals.cached} from the cache, in ${(totals.wallMs / 1000).toFixed(1)} s ` +
      `(Node ${environment.node}, ${environment.platform} ${environment.arch}, sandbox: ${environment.sandbox}).`,
    '',
    `Target ${baseline.target}@${baseline.version}: before any work ${baseline.counts.passed} of its own tests pass and ${baseline.counts.failed} fail, ` +
      `${baseline.quarantined.length} are in quarantine; of the hidden tests ${hiddenBefore.passed} of ${hiddenBefore.total} pass.`,
    '',
    ...modelLines(evaluation).map((line) => `- ${cell(line)}`),
    '',
    '## Goal',
    '',
    ...goal.split('\n').map((line) => `> ${cell(line)}`),
    '',
    '## Variants',
    '',
    ...table(
      [...variantHeadings],
      variants.map((summary) => variantRow(summary, currency)),
    ),
    ...(comparisons.length > 0 ? ['', '## Side by side'] : []),
    ...comparisons.flatMap(({ first, second, said }) => [
      '',
      `### ${first} and ${second}`,
      '',
      ...said.map((line) => `- ${cell(line)}`),
    ]),
    ...(failed.length > 0 ? ['', '## Not as the scenario asks'] : []),
    ...failed.flatMap(({ variant, causes, reproduce }) => [
      '',
      `### ${variant}`,
      '',
      ...causes.map(({ kind, message }) => `- ${kind}: ${cell(message)}`),
      ...(reproduce.length > 0 ? ['', '```', reproduce.join(' '), '```'] : []),
    ]),
    '',
    '## Attempts',
    '',
    ...table([...attemptHeadings], attempts.map(attemptRow)),
    ...(lost.length > 0 ? [''] : []),
    ...lost.flatMap(({ variant, repetition, causes }) =>
      causes.map(({ kind, message }) => `- ${variant} ${repetition}: ${kind}: ${cell(message)}`),
    ),
  ].join('\n')}\n`;
}
