import type { Evaluation } from '../evaluation/evaluation.js';
import type { PairResult } from '../scenario/pair-result.js';

export const pairHeadings = [
  'asset',
  'target',
  'verdict',
  'files changed/matched',
  'changes',
  'declined',
  'findings',
  'cleanly',
  'tests kept',
  'edited lines run',
  'idempotent',
  'rollback',
  'time',
] as const;

/** One line of a table about a pair. */
export function pairRow(pair: PairResult): readonly string[] {
  const { files, editedLines, tests } = pair;
  return [
    pair.asset,
    pair.target,
    `${pair.kind === 'control' && pair.verdict === 'passed' ? 'caught' : pair.verdict}${pair.cached ? ' (cached)' : ''}`,
    `${files.changed}/${files.matched}`,
    String(pair.changes),
    String(pair.declined.length),
    pair.findings ? `${pair.findings.before} → ${pair.findings.after}` : '-',
    percent(pair.appliedCleanly),
    tests.ran ? `${tests.kept}/${tests.total}` : 'unchanged',
    editedLines.total === 0
      ? '-'
      : editedLines.executed === null
        ? '?'
        : percent(editedLines.executed / editedLines.total),
    pair.kind === 'control' ? '-' : yesNo(pair.idempotent),
    yesNo(pair.rollbackExact),
    `${(pair.durationsMs.total / 1000).toFixed(1)} s`,
  ];
}

/** What one asset did over all targets. */
export interface AssetSummary {
  readonly asset: string;
  readonly targets: number;
  readonly failedOn: readonly string[];
  readonly filesChanged: number;
  readonly changes: number;
  readonly declinedByReason: ReadonlyMap<string, number>;
  readonly kept: number;
  readonly total: number;
}

export function assetSummaries({ pairs }: Evaluation): readonly AssetSummary[] {
  const byAsset = groupByAsset(pairs);
  return [...byAsset].map(([asset, own]) => {
    const ran = own.filter((pair) => pair.tests.ran);
    const declinedByReason = new Map<string, number>();
    for (const { reason } of own.flatMap((pair) => pair.declined))
      declinedByReason.set(reason, (declinedByReason.get(reason) ?? 0) + 1);
    const sum = (of: (pair: PairResult) => number, over = own): number => over.reduce((n, pair) => n + of(pair), 0);
    return {
      asset,
      targets: own.length,
      failedOn: own.filter((pair) => pair.verdict === 'failed').map((pair) => pair.target),
      filesChanged: sum((pair) => pair.files.changed),
      changes: sum((pair) => pair.changes),
      declinedByReason,
      kept: sum((pair) => pair.tests.kept, ran),
      total: sum((pair) => pair.tests.total, ran),
    };
  });
}

function groupByAsset(pairs: readonly PairResult[]): Map<string, PairResult[]> {
  const groups = new Map<string, PairResult[]>();
  for (const pair of pairs) groups.set(pair.asset, [...(groups.get(pair.asset) ?? []), pair]);
  return groups;
}

const percent = (share: number): string => `${Math.floor(share * 1000) / 10}%`;

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');
