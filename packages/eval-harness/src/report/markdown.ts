import type { Evaluation } from '../evaluation/evaluation.js';
import { assetSummaries, figureLines, pairHeadings, pairRow, templateWords } from './rows.js';

/** A summary for a job's page: what failed first, then assets, targets and all pairs. */
export function markdownOf(evaluation: Evaluation): string {
  const { id, verdict, totals, pairs, templates, unusable, baselines, environment } = evaluation;
  const failed = pairs.filter((pair) => pair.verdict === 'failed');
  return `${[
    `# Evaluation ${id}: ${verdict}`,
    '',
    `${totals.passed} of ${totals.pairs} pairs passed (Node ${environment.node}, ${environment.platform} ${environment.arch}, sandbox: ${environment.sandbox}).`,
    '',
    ...figureLines(evaluation),
    ...(unusable.length > 0 ? ['', '## Targets that could not be used', ''] : []),
    ...unusable.map(({ target, code, message }) => `- ${cell(target)} (${code}): ${cell(message)}`),
    ...(failed.length > 0 ? ['', '## Failures'] : []),
    ...failed.flatMap(({ asset, target, causes, reproduce, tests }) => [
      '',
      `### ${asset} on ${target}`,
      '',
      ...causes.map(({ kind, message }) => `- ${kind}: ${cell(message)}`),
      ...[...tests.newlyFailing, ...tests.missing].slice(0, 20).map((name) => `  - ${cell(name)}`),
      ...(reproduce.length > 0 ? ['', '```', reproduce.join(' '), '```'] : []),
    ]),
    '',
    '## Assets',
    '',
    ...table(
      ['asset', 'targets', 'failed on', 'files', 'changes', 'declined', 'tests kept'],
      assetSummaries(evaluation).map((asset) => [
        asset.asset,
        String(asset.targets),
        asset.failedOn.join(', ') || '-',
        String(asset.filesChanged),
        String(asset.changes),
        [...asset.declinedByReason].map(([reason, times]) => `${reason} ${times}`).join(', ') || '-',
        `${asset.kept}/${asset.total}`,
      ]),
    ),
    '',
    ...(templates.length > 0 ? ['## Templates', ''] : []),
    ...(templates.length > 0
      ? [
          ...table(
            ['template', 'version', 'result'],
            templates.map((one) => [one.template, one.version, templateWords(one)]),
          ),
          '',
        ]
      : []),
    '## Targets',
    '',
    ...table(
      [
        ...['target', 'licence', 'traits', 'passed/failed/skipped before', 'as pinned', 'quarantined', 'lint', 'types'],
        'tests take',
      ],
      baselines.map(
        ({ target, version, licence, traits, counts, asPinned, quarantined, durationMs, lint, typecheck }) => [
          `${target}@${version}`,
          licence,
          traits.join(', '),
          `${counts.passed}/${counts.failed}/${counts.skipped}`,
          asPinned ? 'yes' : 'no',
          quarantined.join(', ') || '-',
          lint ? `${lint.findings} findings` : 'none',
          typecheck ? `${typecheck.findings} findings` : 'none',
          `${(durationMs / 1000).toFixed(1)} s`,
        ],
      ),
    ),
    '',
    '## Pairs',
    '',
    ...table(pairHeadings, pairs.map(pairRow)),
  ].join('\n')}\n`;
}

export const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [headings, headings.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);

/** Names of tests are the targets' and may hold anything. */
export const cell = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`|<>[\]]/g, '\\$&');
