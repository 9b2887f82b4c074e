import type { AcceptedComparison } from '../baseline/compare-with-accepted.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import { figureLines } from './figures.js';
import {
  assetSummaries,
  comparisonWords,
  controlLines,
  evidenceLines,
  newFindings,
  newFindingsTitle,
  outcomeWords,
  pairHeadings,
  pairRow,
  regressionWords,
  settingLines,
  templateWords,
} from './rows.js';

/** New findings of a pair that are listed; `evaluation.json` has more. */
const maxFindings = 20;

/** A summary for a job's page: what failed first, how it compares with what is accepted, then assets, targets and all pairs. */
export function markdownOf(evaluation: Evaluation, comparison?: AcceptedComparison): string {
  const { id, totals, pairs, templates, unusable, baselines, environment } = evaluation;
  const failed = pairs.filter((pair) => pair.verdict === 'failed');
  return `${[
    `# Evaluation ${id}: ${outcomeWords(evaluation, comparison)}`,
    '',
    `${totals.passed} of ${totals.pairs} pairs passed (Node ${environment.node}, ${environment.platform} ${environment.arch}, sandbox: ${environment.sandbox}).`,
    '',
    ...settingLines(evaluation).map(cell),
    ...controlLines(evaluation).map(cell),
    ...figureLines(evaluation),
    ...(unusable.length > 0 ? ['', '## Targets that could not be used', ''] : []),
    ...unusable.map(({ target, code, message }) => `- ${cell(target)} (${code}): ${cell(message)}`),
    ...(failed.length > 0 ? ['', '## Failures'] : []),
    ...failed.flatMap(({ asset, target, causes, reproduce, tests, ...rest }) => [
      '',
      `### ${asset} on ${target}`,
      '',
      ...causes.map(({ kind, message }) => `- ${kind}: ${cell(message)}`),
      ...[...tests.newlyFailing, ...tests.missing].slice(0, 20).map((name) => `  - ${cell(name)}`),
      ...evidenceLines({ asset, target, causes, reproduce, tests, ...rest }).map((line) => `- ${cell(line)}`),
      ...(reproduce.length > 0 ? ['', '```', reproduce.join(' '), '```'] : []),
    ]),
    ...(comparison ? comparisonSection(comparison) : []),
    ...findingsSection(pairs),
    '',
    '## Assets',
    '',
    ...table(
      ['asset', 'version', 'targets', 'failed on', 'files', 'changes', 'declined', 'tests kept'],
      assetSummaries(evaluation).map((asset) => [
        asset.asset,
        asset.version,
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

const comparisonSection = (comparison: AcceptedComparison): readonly string[] => [
  ...['', '## Compared with what is accepted', '', cell(comparisonWords(comparison))],
  ...(comparison.regressions.length > 0 ? [''] : []),
  ...comparison.regressions.flatMap((regression) => [
    `- ${cell(regressionWords(regression))}`,
    ...(regression.reproduce.length > 0 ? [`  - reproduce: ${cell(regression.reproduce.join(' '))}`] : []),
  ]),
];

function findingsSection(pairs: Evaluation['pairs']): readonly string[] {
  const found = newFindings(pairs);
  if (found.length === 0) return [];
  return [
    ...['', `## ${newFindingsTitle}`],
    ...found.flatMap(({ pair, lines }) => [
      ...['', `### ${pair}`, ''],
      ...lines.slice(0, maxFindings).map((line) => `- ${cell(line)}`),
      ...(lines.length > maxFindings ? [`- … ${lines.length - maxFindings} more`] : []),
    ]),
  ];
}

export const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [headings, headings.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);

/** Names of tests are the targets' and may hold anything. */
export const cell = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`|<>[\]]/g, '\\$&');
