import { passAtK, spreadOf, wilson } from '../statistics/index.js';
import type { AttemptResult } from './attempt-result.js';
import { metricNames, metrics, percent } from './metrics.js';
import type { VariantSummary } from './goal-evaluation.js';
import type { GoalVariant } from './goal-scenario.js';

/** The attempts of a variant, taken together, and whether they are what the scenario asks of it. */
export function summariseVariant(variant: GoalVariant, goal: string, all: readonly AttemptResult[]): VariantSummary {
  const attempts = all.filter(({ verdict }) => verdict !== 'not-evaluated');
  const notEvaluated = all.length - attempts.length;
  const n = attempts.length;
  const passed = attempts.filter(({ verdict }) => verdict === 'passed').length;
  const causes = causesOf(variant, passed, attempts);
  const spreads = metricNames.flatMap((metric) => {
    const spread = spreadOf(attempts.flatMap((attempt) => metrics[metric](attempt) ?? []));
    return spread ? [[metric, spread] as const] : [];
  });
  return {
    variant: variant.name,
    goal,
    model: [...new Set(all.map(({ model }) => model.label))].join('; '),
    live: all.some(({ model }) => model.live),
    isMeantToFail: variant.passRate?.atMost === 0,
    verdict: causes.length > 0 ? 'failed' : notEvaluated > 0 ? 'not-evaluated' : 'passed',
    causes,
    reproduce: all[0]?.reproduce ?? [],
    attempts: n,
    notEvaluated,
    passed,
    passRate: n === 0 ? 0 : passed / n,
    interval: wilson(passed, n),
    passAtK: Array.from({ length: n }, (_, index) => ({ k: index + 1, estimate: passAtK(n, passed, index + 1) ?? 0 })),
    spread: Object.fromEntries(spreads),
  };
}

function causesOf(
  { passRate: { atLeast = 0, atMost = 1 } = {} }: GoalVariant,
  passed: number,
  attempts: readonly AttemptResult[],
): VariantSummary['causes'] {
  const n = attempts.length;
  const causes: VariantSummary['causes'] = [];
  const misfits = attempts.filter(({ replay }) => replay !== null && replay.misses > 0).length;
  // A failure for want of an answer must not count as the one that was wanted.
  if (misfits > 0)
    causes.push({
      kind: 'cassette-miss',
      message: `The cassette does not fit the goal any more: it lacked answers in ${misfits} of ${n} attempts.`,
    });
  if (passed < atLeast * n)
    causes.push({
      kind: 'pass-rate-too-low',
      message: `${passed} of ${n} attempts passed, and ${percent(atLeast)} are wanted at least.${firstFailure(attempts)}`,
    });
  if (passed > atMost * n)
    causes.push({
      kind: 'pass-rate-too-high',
      message: `${passed} of ${n} attempts passed, and ${percent(atMost)} are wanted at most: the tests do not see what is wrong with them.`,
    });
  // A crash would not have passed either: whether the tests see what is wrong, it does not tell.
  const unjudged = attempts.filter(isUnjudged);
  if (passed <= atMost * n && passed + unjudged.length > atMost * n)
    causes.push({
      kind: 'not-judged',
      message: `${unjudged.length} of ${n} attempts failed without the hidden tests judging them, and ${percent(atMost)} may pass at most.${firstFailure(unjudged)}`,
    });
  return causes;
}

const isUnjudged = ({ verdict, hidden, replay }: AttemptResult): boolean =>
  verdict === 'failed' && hidden === null && !(replay && replay.misses > 0);

const firstFailure = (attempts: readonly AttemptResult[]): string => {
  const [cause] = attempts.flatMap((attempt) => attempt.causes);
  return cause ? ` ${cause.message}` : '';
};
