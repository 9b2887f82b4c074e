import { isDeepStrictEqual } from 'node:util';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { PairResult } from '../scenario/pair-result.js';
import { checkDifferences } from './compare-checks.js';
import { type ComparedAssets, comparedAssets, versionChanges, whereWords } from './compared.js';
import { templateDifferences } from './compare-templates.js';
import { type DifferenceKind, sorted } from './difference.js';

export interface PairDifference {
  /** Undefined for a template, which has none, and for what is about all of them. */
  readonly target?: string | undefined;
  readonly asset: string;
  readonly kind: DifferenceKind;
  readonly what: string;
  /** Where it is about the pair as a whole, as it often is for all pairs of a target: only one of the two evaluations has it. */
  readonly whole?: 'new' | 'gone' | 'unusable';
}

export interface EvaluationComparison {
  readonly before: string;
  readonly after: string;
  readonly compared: { readonly before: ComparedAssets; readonly after: ComparedAssets };
  readonly regressions: readonly PairDifference[];
  readonly improvements: readonly PairDifference[];
  /** What is neither better nor worse: other counts of changes, pairs that only one of the two has. */
  readonly others: readonly PairDifference[];
}

const nameOf = ({ target, asset }: { readonly target: string; readonly asset: string }): string =>
  `${asset}\0${target}`;

/** What became better and worse from one evaluation to another: pair by pair, test by test, finding by finding, and each template. */
export function compareEvaluations(before: Evaluation, after: Evaluation): EvaluationComparison {
  const old = new Map(before.pairs.map((pair) => [nameOf(pair), pair]));
  const now = new Map(after.pairs.map((pair) => [nameOf(pair), pair]));
  const lost = new Set(after.unusable.map(({ target }) => target));
  const asked = askedDifferences(before, after);
  const compared = { before: comparedAssets(before), after: comparedAssets(after) };
  const differences: PairDifference[] = [
    ...asked,
    ...otherThings(before, after, compared),
    ...after.pairs.flatMap((pair) => {
      const earlier = old.get(nameOf(pair));
      return earlier
        ? pairDifferences(earlier, pair).filter(
            ({ kind }) => kind !== 'improvement' || !asked.some(({ asset }) => asset === all || asset === pair.asset),
          )
        : [{ ...difference(pair, 'other', 'is new'), whole: 'new' as const }];
    }),
    ...before.pairs
      .filter((pair) => !now.has(nameOf(pair)))
      .map((pair) =>
        lost.has(pair.target)
          ? {
              ...difference(pair, 'regression', 'could not be evaluated, as the target cannot be used'),
              whole: 'unusable' as const,
            }
          : { ...difference(pair, 'other', 'is no longer there'), whole: 'gone' as const },
      ),
    ...templateDifferences(before.templates, after.templates),
  ];
  return { before: before.id, after: after.id, compared, ...sorted(differences) };
}

const all = 'all assets';

/** Where other things were asked for, what looks better may only be asked for less. */
function askedDifferences(before: Evaluation, after: Evaluation): PairDifference[] {
  const found: PairDifference[] = [];
  if (!isDeepStrictEqual(before.thresholds, after.thresholds))
    found.push({ asset: all, kind: 'other', what: 'are judged by other thresholds' });
  const ids = new Set([...Object.keys(before.options), ...Object.keys(after.options)]);
  for (const asset of ids)
    if (!isDeepStrictEqual(before.options[asset], after.options[asset]))
      found.push({ asset, kind: 'other', what: 'is given other options' });
  return found;
}

/** What was run is another thing than before, which may well be why it did otherwise. */
function otherThings(
  before: Evaluation,
  after: Evaluation,
  compared: EvaluationComparison['compared'],
): readonly PairDifference[] {
  const versions = versionChanges(compared.before.assets, compared.after.assets);
  return [
    ...whereWords(compared.before, compared.after).map((what) => ({ asset: all, kind: 'other' as const, what })),
    ...versions.map(({ name: asset, was, is }) => ({
      ...{ asset, kind: 'other' as const },
      what: `is version ${is}, before ${was}`,
    })),
    ...otherCode(before, after)
      .filter((asset) => !versions.some(({ name }) => name === asset))
      .map((asset) => ({ asset, kind: 'other' as const, what: 'has other code, or runs with other packages' })),
  ];
}

/** The assets whose results count no longer, although target, thresholds and options are the same: it is they that changed. */
function otherCode(before: Evaluation, after: Evaluation): readonly string[] {
  const keys = new Map(before.pairs.map((pair) => [nameOf(pair), pair.key]));
  const isSame = (pair: PairResult): boolean => keys.get(nameOf(pair)) === pair.key;
  const targets = new Set(
    after.pairs.filter((pair) => pair.kind === 'control' && isSame(pair)).map((pair) => pair.target),
  );
  const changed = after.pairs.filter(
    (pair) =>
      pair.kind !== 'control' &&
      targets.has(pair.target) &&
      keys.has(nameOf(pair)) &&
      !isSame(pair) &&
      isDeepStrictEqual(before.options[pair.asset], after.options[pair.asset]),
  );
  return [...new Set(changed.map(({ asset }) => asset))];
}

const difference = (pair: PairResult, kind: PairDifference['kind'], what: string): PairDifference => ({
  target: pair.target,
  asset: pair.asset,
  kind,
  what,
});

function pairDifferences(before: PairResult, after: PairResult): PairDifference[] {
  const found: PairDifference[] = [];
  const add = (kind: PairDifference['kind'], what: string): void => {
    found.push(difference(after, kind, what));
  };
  const broken = (pair: PairResult): ReadonlySet<string> =>
    new Set([...pair.tests.newlyFailing, ...pair.tests.missing]);
  const [was, is] = [broken(before), broken(after)];
  // A test that the control no longer breaks is no gain, nor is one more that it breaks a loss.
  const isControl = after.kind === 'control';
  if (before.verdict !== after.verdict)
    add(
      after.verdict === 'failed' ? 'regression' : 'improvement',
      after.verdict === 'failed' ? `fails now: ${after.causes.map(({ message }) => message).join(' ')}` : 'passes now',
    );
  const more = [...is].filter((id) => !was.has(id));
  const fewer = [...was].filter((id) => !is.has(id));
  if (!isControl && more.length > 0)
    add('regression', `breaks ${more.length} more tests, ${JSON.stringify(more[0])} among them`);
  if (!isControl && fewer.length > 0) add('improvement', `breaks ${fewer.length} tests no longer`);
  if (after.tests.total < before.tests.total)
    add('regression', `is judged by ${after.tests.total} tests, before by ${before.tests.total}`);
  if (!isControl) checkDifferences(before, after, add);
  if (after.changes !== before.changes) add('other', `changes ${after.changes} places, before ${before.changes}`);
  if (after.declined.length !== before.declined.length)
    add('other', `declines ${after.declined.length} places, before ${before.declined.length}`);
  return found;
}
