import type { GoalEvaluation, VariantSummary } from '../goal-scenario/goal-evaluation.js';
import { inUnits, metricNames, percent, percentPoints } from '../goal-scenario/metrics.js';
import { rateDifference } from '../statistics/index.js';
import { type ComparedGoals, comparedGoals, whereWords } from './compared.js';
import { type DifferenceKind, sorted } from './difference.js';

export interface GoalDifference {
  /** Undefined where it is about the scenario as a whole. */
  readonly variant?: string | undefined;
  readonly kind: DifferenceKind;
  readonly what: string;
}

export interface GoalEvaluationComparison {
  readonly before: string;
  readonly after: string;
  readonly compared: { readonly before: ComparedGoals; readonly after: ComparedGoals };
  readonly regressions: readonly GoalDifference[];
  readonly improvements: readonly GoalDifference[];
  /** What is neither better nor worse, and what can be chance. */
  readonly others: readonly GoalDifference[];
}

/**
 * What became better and worse from one evaluation of goals to another, variant by variant. Where a cassette answers, each test counts;
 * where a live model does, a rate has to differ by more than chance.
 */
export function compareGoalEvaluations(before: GoalEvaluation, after: GoalEvaluation): GoalEvaluationComparison {
  const old = new Map(before.variants.map((summary) => [summary.variant, summary]));
  const names = new Set(after.variants.map(({ variant }) => variant));
  const compared = { before: comparedGoals(before), after: comparedGoals(after) };
  const differences: GoalDifference[] = [
    ...wholeDifferences(before, after),
    ...whereWords(compared.before, { ...compared.after, targets: {} }).map((what): GoalDifference => ({
      kind: 'other',
      what,
    })),
    ...otherAnswers(compared.before, compared.after, before.goal === after.goal),
    ...after.variants.flatMap((summary): readonly GoalDifference[] => {
      const { variant } = summary;
      const earlier = old.get(variant);
      if (!earlier) return [{ variant, kind: 'other', what: 'is new' }];
      return [
        ...verdictDifferences(earlier, summary),
        ...(earlier.live || summary.live
          ? rateDifferences(earlier, summary)
          : [...passedDifferences(earlier, summary), ...testDifferences(before, after, variant)]),
        ...spreadDifferences(earlier, summary),
      ].map((found) => ({ variant, ...found }));
    }),
    ...before.variants
      .filter(({ variant }) => !names.has(variant))
      .map(({ variant }): GoalDifference => ({ variant, kind: 'other', what: 'is no longer there' })),
  ];
  return { before: before.id, after: after.id, compared, ...sorted(differences) };
}

type Found = Omit<GoalDifference, 'variant'>;

/** Other words, another model or another Codex, which may well be why it went otherwise. */
const otherAnswers = (before: ComparedGoals, after: ComparedGoals, isSameGoal: boolean): readonly GoalDifference[] =>
  after.variants.flatMap((is): GoalDifference[] => {
    const was = before.variants.find(({ variant }) => variant === is.variant);
    if (!was) return [];
    const said = (what: string, now: string, then: string): string[] =>
      now === then ? [] : [`${what} ${now}, before ${then}`];
    return [
      ...said('was answered by', is.model, was.model),
      ...said('asked for the model', is.modelNames.join(', ') || 'none', was.modelNames.join(', ') || 'none'),
      ...said('ran in Codex', is.drivers.join(', ') || 'none', was.drivers.join(', ') || 'none'),
      ...(isSameGoal && is.goal !== was.goal ? ['has other words for its goal'] : []),
    ].map((what) => ({ variant: is.variant, kind: 'other', what }));
  });

function wholeDifferences(before: GoalEvaluation, after: GoalEvaluation): Found[] {
  const found: Found[] = [];
  const add = (kind: DifferenceKind, what: string): void => void found.push({ kind, what });
  const targetOf = ({ baseline }: GoalEvaluation): string => `${baseline.target}@${baseline.version}`;
  if (before.goal !== after.goal) add('other', 'its goal has other words');
  if (targetOf(before) !== targetOf(after))
    add('other', `its target is ${targetOf(after)}, before ${targetOf(before)}`);
  const [was, is] = [before.baseline.counts.passed, after.baseline.counts.passed];
  if (is < was) add('regression', `${is} of the target's own tests pass before any work, before ${was}`);
  if (after.hiddenBefore.total < before.hiddenBefore.total)
    add('regression', `${after.hiddenBefore.total} hidden tests judge, before ${before.hiddenBefore.total}`);
  return found;
}

function verdictDifferences(before: VariantSummary, after: VariantSummary): Found[] {
  const found: Found[] = [];
  if (after.verdict !== before.verdict) {
    const why = after.causes.map(({ message }) => message).join(' ');
    if (after.verdict === 'failed') found.push({ kind: 'regression', what: `is not as asked now: ${why}` });
    else if (after.verdict === 'passed') found.push({ kind: 'improvement', what: 'is as asked now' });
  }
  if (after.notEvaluated > 0)
    found.push({
      kind: 'other',
      what: `was not evaluated in ${after.notEvaluated} attempts, of which nothing can be said`,
    });
  return found;
}

/** Of a variant that is wrong on purpose, to pass more often is no gain. */
function rateDifferences(before: VariantSummary, after: VariantSummary): Found[] {
  if (before.attempts === 0 || after.attempts === 0 || before.passRate === after.passRate) return [];
  const seen = ({ passed, attempts }: VariantSummary) => ({ passed, n: attempts });
  const { difference, low, high } = rateDifference(seen(after), seen(before));
  const rates = `passed ${after.passed} of ${after.attempts} (${percent(after.passRate)}), before ${before.passed} of ${before.attempts} (${percent(before.passRate)})`;
  const range = `95% interval of the difference: ${percentPoints(low)} to ${percentPoints(high)}`;
  if (low <= 0 && high >= 0) return [{ kind: 'other', what: `${rates}, which can be chance (${range})` }];
  const isWorse = after.isMeantToFail ? difference > 0 : difference < 0;
  return [{ kind: isWorse ? 'regression' : 'improvement', what: `${rates}, which is more than chance (${range})` }];
}

/** Tests, hidden or the target's own, that some attempt of the variant failed. */
const brokenBy = ({ attempts, variants }: GoalEvaluation, variant: string): ReadonlySet<string> =>
  new Set(
    attempts
      .filter(
        (attempt) => attempt.variant === variant && !variants.find((one) => one.variant === variant)?.isMeantToFail,
      )
      .flatMap(({ tests, hidden }) => [
        ...[tests?.newlyFailing, tests?.missing].flatMap((ids) => ids ?? []),
        ...[hidden?.failed, hidden?.missing].flatMap((ids) => ids ?? []).map((id) => `hidden: ${id}`),
      ]),
  );

/** A cassette answers the same each time, so that one attempt more or less is no chance. */
function passedDifferences(before: VariantSummary, after: VariantSummary): Found[] {
  if (before.attempts !== after.attempts || before.passed === after.passed) return [];
  const isWorse = after.isMeantToFail ? after.passed > before.passed : after.passed < before.passed;
  const what = `passed ${after.passed} of ${after.attempts}, before ${before.passed}`;
  return [{ kind: isWorse ? 'regression' : 'improvement', what }];
}

/** Of what the tests did not judge, none of them says that it is mended. */
const isJudged = ({ attempts }: GoalEvaluation, variant: string): boolean =>
  attempts.every((attempt) => attempt.variant !== variant || attempt.hidden !== null);

function testDifferences(before: GoalEvaluation, after: GoalEvaluation, variant: string): Found[] {
  const [was, is] = [brokenBy(before, variant), brokenBy(after, variant)];
  const more = [...is].filter((id) => !was.has(id));
  const fewer = isJudged(after, variant) ? [...was].filter((id) => !is.has(id)) : [];
  return [
    ...(more.length > 0
      ? [
          {
            kind: 'regression' as const,
            what: `fails ${more.length} more tests, ${JSON.stringify(more[0])} among them`,
          },
        ]
      : []),
    ...(fewer.length > 0 ? [{ kind: 'improvement' as const, what: `fails ${fewer.length} tests no longer` }] : []),
  ];
}

/** Medians, for people: time is the machine's, and whether more tokens are worth it is theirs to say. */
function spreadDifferences(before: VariantSummary, after: VariantSummary): Found[] {
  return metricNames.flatMap((metric): Found[] => {
    const [was, is] = [before.spread[metric]?.median, after.spread[metric]?.median];
    // Nobody's time is the same twice.
    if (was === undefined || is === undefined || metric === 'runMs' || inUnits(metric, was) === inUnits(metric, is))
      return [];
    return [{ kind: 'other', what: `${metric}: ${inUnits(metric, is)}, before ${inUnits(metric, was)} (medians)` }];
  });
}
