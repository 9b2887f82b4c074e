import { counted } from '@codex-orch/core';
import type { AttemptResult } from '../attempt-result.js';
import type { GoalEvaluation, VariantSummary } from '../goal-evaluation.js';
import { inUnits, percent } from '../metrics.js';

export const variantHeadings = [
  'variant',
  'passed',
  'rate (95%)',
  'pass@k',
  'hidden tests',
  'lines',
  'tokens',
  'cost',
  'time',
  'sent back',
  'as asked',
] as const;

/** One line of a table about a variant; what is spread shows its median and its ends. */
export function variantRow(summary: VariantSummary, currency: string): readonly string[] {
  const { variant, passed, attempts, notEvaluated, passRate, interval, passAtK, spread, verdict } = summary;
  const spreadOf = (metric: keyof VariantSummary['spread']): string => {
    const found = spread[metric];
    if (!found) return '-';
    const { median, min, max } = found;
    const middle = inUnits(metric, median);
    return min === max ? middle : `${middle} (${inUnits(metric, min)} to ${inUnits(metric, max)})`;
  };
  const atK = passAtK.filter(({ k }) => k === 1 || k === attempts);
  return [
    variant,
    `${passed}/${attempts}${notEvaluated > 0 ? `, ${notEvaluated} not evaluated` : ''}`,
    attempts === 0 ? '-' : `${percent(passRate)} (${percent(interval.low)} to ${percent(interval.high)})`,
    atK.map(({ k, estimate }) => `@${k} ${percent(estimate)}`).join(', '),
    spreadOf('hiddenPassed'),
    spreadOf('changedLines'),
    spreadOf('tokens'),
    spread.cost ? `${spreadOf('cost')} ${currency}` : '-',
    spreadOf('runMs'),
    spreadOf('revisions'),
    verdict === 'passed' ? 'yes' : verdict === 'failed' ? 'no' : 'not evaluated',
  ];
}

export const attemptHeadings = [
  'variant',
  'attempt',
  'verdict',
  'ended',
  'own tests kept',
  'newly passing',
  'hidden tests',
  'diff',
  'findings',
  'tokens',
  'sent back',
  'planned anew',
  'time',
] as const;

export function attemptRow(attempt: AttemptResult): readonly string[] {
  const {
    variant,
    repetition,
    verdict,
    cached,
    run,
    tests,
    hidden,
    diff,
    findings,
    usage,
    revisions,
    replans,
    durationsMs,
  } = attempt;
  return [
    variant,
    String(repetition),
    `${verdict}${cached ? ' (cached)' : ''}`,
    run.state,
    tests ? `${tests.kept}/${tests.total}` : '-',
    tests ? String(tests.newlyPassing.length) : '-',
    hidden ? `${hidden.passed}/${hidden.total}` : '-',
    diff ? `${counted(diff.files, 'file')}, +${diff.added} -${diff.removed}` : 'nothing',
    findings === null ? '-' : String(findings),
    String(usage.totalTokens),
    String(revisions),
    String(replans),
    `${(durationsMs.run / 1000).toFixed(1)} s`,
  ];
}

/** The verdict in words: where attempts were not to pass, "passed" would read as if they had. */
export const verdictWords = ({ verdict, totals }: GoalEvaluation): string =>
  verdict === 'passed' && totals.passed < totals.attempts ? 'as expected' : verdict.replace('-', ' ');

/** How many attempts passed of those that were evaluated, and of how many nothing can be said. */
export const attemptWords = ({ totals: { attempts, passed, notEvaluated } }: GoalEvaluation): string =>
  `${passed} of ${attempts - notEvaluated} attempts passed` +
  (notEvaluated > 0 ? `, ${notEvaluated} not evaluated, as the provider of the model was out of order` : '');

/** Variants may be priced in one currency only to be compared; where none has a price, none is shown. */
export const currencyOf = ({ attempts }: GoalEvaluation): string =>
  [...new Set(attempts.flatMap(({ cost }) => cost?.currency ?? []))].join('/');

/** Which model each variant had: what a reader has to know before any number. */
export const modelLines = ({ variants }: GoalEvaluation): readonly string[] =>
  variants.map(({ variant, model }) => `${variant}: model: ${model}`);
