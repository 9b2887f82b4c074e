import { counted } from '@codex-orch/core';
import type { AcceptedComparison } from '../baseline/compare-with-accepted.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { CheckComparison, PairResult } from '../scenario/pair-result.js';
import { evidenceOf } from '../scenario/evidence.js';
import { addedBy, defaultThresholds } from '../scenario/thresholds.js';
import type { TemplateResult } from '../template/template-result.js';

export const pairHeadings = [
  'asset',
  'target',
  'verdict',
  'files changed/matched',
  'changes',
  'declined',
  'findings',
  'cleanly',
  'churn',
  'tests kept',
  'edited lines run',
  'idempotent',
  'rollback',
  'lint',
  'types',
  'memory',
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
    churnOf(pair),
    tests.ran ? `${tests.kept}/${tests.total}` : 'unchanged',
    editedLines.total === 0
      ? '-'
      : editedLines.executed === null
        ? '?'
        : percent(editedLines.executed / editedLines.total),
    pair.kind === 'control' ? '-' : yesNo(pair.idempotent),
    yesNo(pair.rollbackExact),
    checkCell(pair.lint),
    checkCell(pair.typecheck),
    memoryOf(pair),
    `${(pair.durationsMs.total / 1000).toFixed(1)} s`,
  ];
}

/** Changed lines to those that had to change; a dash where nothing was changed, and for what is wrong on purpose. */
function churnOf({ kind, files, churn: { added, removed, minimal, ratio } }: PairResult): string {
  if (kind === 'control' || files.changed === 0 || minimal === null) return '-';
  return ratio === null ? `${added + removed}/0` : ratio.toFixed(2);
}

/** How many findings before and after, and how many of these are new. */
function checkCell(check: CheckComparison | null): string {
  if (!check) return 'none';
  if (check.problem !== undefined) return 'failed';
  const fresh = addedBy(check);
  return `${check.before} → ${check.after}${fresh > 0 ? ` (${fresh} new)` : ''}`;
}

const megabytes = (bytes: number | null): string => (bytes === null ? '?' : `${Math.round(bytes / 2 ** 20)}`);

/** Of applying the asset, where it has a process of its own, and of the tests, in megabytes. */
const memoryOf = ({ peakBytes: { apply, applyIn, tests }, tests: { ran } }: PairResult): string =>
  [applyIn === 'own-process' ? megabytes(apply) : '-', ran ? megabytes(tests) : '-'].join('/');

/** What was shown about a template, in words. */
export function templateWords({
  verdict,
  why,
  causes,
  examples,
  fixtures,
  files,
  read,
  unread,
}: TemplateResult): string {
  if (verdict === 'not-evaluated') return `not evaluated, because ${why ?? 'nothing is known about it'}`;
  const [first] = causes;
  if (first) return `failed: ${first.message} (${first.kind}, ${first.example})`;
  const readers = Object.entries(read).map(([name, count]) => `${name} reads ${count}`);
  const by = [...readers, ...(unread > 0 ? [`${unread} for people only`] : [])].join(', ');
  const known = fixtures > 0 ? `, ${fixtures} of them fixtures` : '';
  return `rendered twice the same from ${examples} examples${known}; of ${files} files, ${by}`;
}

/** What of an evaluation is not as usual: options of assets, thresholds. */
export function settingLines({ options, thresholds }: Pick<Evaluation, 'options' | 'thresholds'>): readonly string[] {
  const given = Object.entries(options).map(([asset, own]) => `${asset} ${JSON.stringify(own)}`);
  const usual: Readonly<Record<string, unknown>> = defaultThresholds;
  const others = Object.entries(thresholds).filter(([name, value]) => value !== usual[name]);
  return [
    ...(given.length > 0 ? [`With options: ${given.join(', ')}.`] : []),
    ...(others.length > 0
      ? [`Other thresholds: ${others.map(([name, value]) => `${name} ${value}`).join(', ')}.`]
      : []),
  ];
}

export const newFindingsTitle = "Newly reported by the targets' own lint or typecheck";

/** What a target's own lint and typecheck report only since an asset was applied, of each pair where there is any. */
export const newFindings = (
  pairs: readonly PairResult[],
): readonly { readonly pair: string; readonly lines: string[] }[] =>
  pairs
    .map(({ asset, target, lint, typecheck }) => ({
      pair: `${asset} on ${target}`,
      lines: [...(typecheck?.added ?? []), ...(lint?.added ?? [])].map(
        ({ path, line, code, message }) => `${path}:${line} ${code} ${message}`,
      ),
    }))
    .filter(({ lines }) => lines.length > 0);

/** A comparison with what is accepted, in one line. */
export function comparisonWords({ scenario, accepted, regressions, compared, unaccepted }: AcceptedComparison): string {
  const { length } = unaccepted;
  const rest = length === 0 ? '' : ` ${counted(length, 'pair')} ${length === 1 ? 'has' : 'have'} nothing accepted yet.`;
  return `${counted(compared, 'pair')} compared with what is accepted of ${scenario} (${accepted}): ${counted(regressions.length, 'regression')}.${rest}`;
}

/** How an evaluation came out; one that passed may be worse than what is accepted all the same. */
export function outcomeWords({ verdict }: Evaluation, comparison?: AcceptedComparison): string {
  const { length } = comparison?.regressions ?? [];
  return length === 0
    ? verdict
    : `${verdict}, ${verdict === 'passed' ? 'but' : 'and'} ${counted(length, 'regression')}`;
}

/** Whether tests notice what is wrong on purpose, in one line; none where there was no such thing. */
export function controlLines({ pairs }: Pick<Evaluation, 'pairs'>): readonly string[] {
  const controls = pairs.filter(({ kind }) => kind === 'control');
  if (controls.length === 0) return [];
  const missed = controls.filter(({ verdict }) => verdict === 'failed').map(({ target }) => target);
  const where = missed.length === 0 ? '' : ` Not on ${missed.join(', ')}, whose tests therefore prove nothing.`;
  return [
    `A codemod that is wrong on purpose is noticed by the tests of ${controls.length - missed.length} of ${counted(controls.length, 'target')}.${where}`,
  ];
}

/** Where in the folder of the evaluation it can be seen what a pair changed, and what its tests printed, a line each. */
export function evidenceLines(pair: PairResult): readonly string[] {
  const { diff, log } = evidenceOf(pair);
  return [
    ...(diff === undefined ? [] : [`changed: ${diff}`]),
    ...(log === undefined ? [] : [`its tests printed: ${log}`]),
  ];
}

/** A regression, in one line. */
export const regressionWords = ({ kind, asset, target, cause }: AcceptedComparison['regressions'][number]): string =>
  `${kind} ${[asset, target].filter((name) => name !== undefined).join(' on ')}: ${cause}`;

/** What one asset did over all targets. */
export interface AssetSummary {
  readonly asset: string;
  readonly version: string;
  readonly targets: number;
  readonly failedOn: readonly string[];
  readonly filesChanged: number;
  readonly changes: number;
  readonly declinedByReason: ReadonlyMap<string, number>;
  readonly kept: number;
  readonly total: number;
}

export function assetSummaries({ pairs }: Evaluation): readonly AssetSummary[] {
  // What is wrong on purpose changes much and keeps little, which says nothing about any asset.
  const byAsset = groupByAsset(pairs.filter(({ kind }) => kind !== 'control'));
  return [...byAsset].map(([asset, own]) => {
    const ran = own.filter((pair) => pair.tests.ran);
    const declinedByReason = new Map<string, number>();
    for (const { reason } of own.flatMap((pair) => pair.declined))
      declinedByReason.set(reason, (declinedByReason.get(reason) ?? 0) + 1);
    const sum = (of: (pair: PairResult) => number, over = own): number => over.reduce((n, pair) => n + of(pair), 0);
    return {
      asset,
      version: own[0]?.assetVersion ?? '',
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

/** An evaluation that fails for this has no failure that could be shown instead. */
export const nothingJudged = 'nothing was judged';

export const isNothingJudged = ({ pairs, templates, unusable }: Evaluation): boolean =>
  pairs.length + unusable.length === 0 && templates.every(({ verdict }) => verdict === 'not-evaluated');
