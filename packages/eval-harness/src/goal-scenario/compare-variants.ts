import { counted } from '@codex-orch/core';
import { medianDifference, rateDifference, repetitionsNeeded } from '../statistics/index.js';
import type { AttemptResult } from './attempt-result.js';
import type { Comparison, Metric, VariantSummary } from './goal-evaluation.js';
import { inUnits, metricNames, metrics, percentPoints } from './metrics.js';

/** A variant with its attempts. */
export interface ComparedVariant {
  readonly summary: VariantSummary;
  readonly attempts: readonly AttemptResult[];
}

/** Two variants side by side: how far apart they are, and whether their attempts are enough to say so. */
export function compareVariants(first: ComparedVariant, second: ComparedVariant, seed: number): Comparison {
  const seen = ({ summary }: ComparedVariant) => ({ passed: summary.passed, n: summary.attempts });
  const { difference, low, high } = rateDifference(seen(first), seen(second));
  const independent = first.summary.live && second.summary.live;
  const passRate: Comparison['passRate'] = {
    difference,
    interval: { low, high },
    tells: !independent ? 'nothing' : low > 0 ? 'first-is-better' : high < 0 ? 'second-is-better' : 'nothing',
    repetitionsNeeded: repetitionsNeeded(seen(first), seen(second)),
    independent,
  };
  const medians = metricNames.flatMap((metric) => {
    const found = medianDifference(pairsOf(metric, first, second), seed);
    return found ? [{ metric, ...found }] : [];
  });
  const compared = { first: first.summary.variant, second: second.summary.variant, passRate, medians };
  return { ...compared, said: said(first.summary, second.summary, compared) };
}

function pairsOf(metric: Metric, first: ComparedVariant, second: ComparedVariant): (readonly [number, number])[] {
  const evaluated = ({ attempts }: ComparedVariant) => attempts.filter(({ verdict }) => verdict !== 'not-evaluated');
  const others = new Map(evaluated(second).map((attempt) => [attempt.repetition, attempt]));
  return evaluated(first).flatMap((attempt) => {
    const other = others.get(attempt.repetition);
    // Amounts of two currencies cannot be told from each other.
    if (!other || (metric === 'cost' && attempt.cost?.currency !== other.cost?.currency)) return [];
    const [one, two] = [metrics[metric](attempt), metrics[metric](other)];
    return one === undefined || two === undefined ? [] : [[one, two] as const];
  });
}

function said(first: VariantSummary, second: VariantSummary, found: Omit<Comparison, 'said'>): string[] {
  const { difference, interval } = found.passRate;
  const seen = ({ variant, passed, attempts }: VariantSummary): string => `${variant} passed ${passed} of ${attempts}`;
  const range = `${percentPoints(interval.low)} to ${percentPoints(interval.high)}`;
  const rates = `${seen(first)}, ${seen(second)}: a difference of ${percentPoints(difference)} (95% interval: ${range}).`;
  return [rates, ...saidOfRates(first, second, found.passRate), ...saidOfMedians(first.variant, found.medians)];
}

function saidOfRates(first: VariantSummary, second: VariantSummary, rates: Comparison['passRate']): string[] {
  const { difference, tells, repetitionsNeeded: needed, independent } = rates;
  if (!independent) {
    const canned = [first, second].filter(({ live }) => !live).map(({ variant }) => variant);
    return [
      `A cassette answers in ${canned.join(' and in ')}, the same each time: repetitions tell nothing of chance there, and no models are compared.`,
    ];
  }
  if (tells !== 'nothing')
    return [`That is more than chance: ${tells === 'first-is-better' ? first.variant : second.variant} is better.`];
  if (difference === 0) return ['No difference was seen.'];
  const more = needed === null ? '' : ` If the rates stay as they are, ${needed} repetitions of each would.`;
  return [`These are too few to tell a difference.${more}`];
}

/** What of each median is worth a word: that two are the same is not. */
function saidOfMedians(first: string, medians: Comparison['medians']): string[] {
  const apart = medians.filter(
    ({ metric, difference }) => inUnits(metric, Math.abs(difference)) !== inUnits(metric, 0),
  );
  const by = ({ metric, difference }: Comparison['medians'][number], of?: string): string => {
    const what = of === undefined ? metricWords[metric] : `${metricWords[metric]} of ${of}:`;
    return `${what} ${difference < 0 ? 'lower' : 'higher'} by ${inUnits(metric, Math.abs(difference))}`;
  };
  const few = apart.filter(({ interval }) => interval === null);
  const told = apart.flatMap((median) => {
    const { metric, interval } = median;
    if (!interval) return [];
    const isTold = interval.low > 0 || interval.high < 0;
    const range = `${inUnits(metric, interval.low)} to ${inUnits(metric, interval.high)}`;
    return [`Median ${by(median, first)} (95% interval: ${range})${isTold ? '.' : ', which can be chance.'}`];
  });
  if (few.length === 0) return told;
  return [
    ...told,
    `Medians of ${first}: ${few.map((median) => by(median)).join(', ')}. Of ${counted(few[0]?.pairs ?? 0, 'pair')} of attempts, that is too little to tell a difference.`,
  ];
}

const metricWords: Readonly<Record<Metric, string>> = {
  tokens: 'tokens',
  cost: 'cost',
  runMs: 'time',
  changedLines: 'changed lines',
  changedFiles: 'changed files',
  revisions: 'revisions',
  replans: 'replans',
  hiddenPassed: 'hidden tests passed',
};
