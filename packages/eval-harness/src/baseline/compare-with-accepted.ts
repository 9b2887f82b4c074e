import { counted } from '@codex-orch/core';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { PairResult } from '../scenario/pair-result.js';
import { brokenBy, targetsOf } from './accept-evaluation.js';
import type { AcceptedBaseline, AcceptedPair, AcceptedTarget } from './accepted-baseline.js';

/** How an evaluation is worse than what was accepted. */
export interface Regression {
  readonly kind:
    | 'target-vanished'
    | 'target-unusable'
    | 'fewer-tests'
    | 'control-not-caught'
    | 'asset-vanished'
    | 'pair-fails'
    | 'fewer-tests-kept'
    | 'newly-failing'
    | 'fewer-files-changed';
  readonly target?: string | undefined;
  readonly asset?: string | undefined;
  readonly cause: string;
  /** How to see it again, as an argument array. */
  readonly reproduce: readonly string[];
}

export interface AcceptedComparison {
  readonly scenario: string;
  /** The evaluation that was accepted. */
  readonly accepted: string;
  readonly regressions: readonly Regression[];
  /** Pairs that were compared, and those of which nothing was accepted yet. */
  readonly compared: number;
  readonly unaccepted: readonly { readonly target: string; readonly asset: string }[];
}

export interface ComparisonScope {
  /** What was evaluated of the scenario; all without it. */
  readonly targets?: readonly string[] | undefined;
  readonly assets?: readonly string[] | undefined;
  /** How to run a target again, or one pair. */
  readonly reproduce?: ((target?: string, asset?: string) => readonly string[]) | undefined;
}

/** What of an evaluation is worse than the accepted one: pair by pair, and test by test where tests were broken. */
export function compareWithAccepted(
  accepted: AcceptedBaseline,
  evaluation: Evaluation,
  scope: ComparisonScope = {},
): AcceptedComparison {
  const now = targetsOf(evaluation);
  const { reproduce = () => [] } = scope;
  const regressions: Regression[] = [];
  for (const [target, before] of Object.entries(accepted.targets)) {
    if (scope.targets && !scope.targets.includes(target)) continue;
    const found = targetRegressions(target, before, evaluation, now.get(target));
    regressions.push(...found.map((each) => ({ ...each, target, reproduce: reproduce(target) })));
    regressions.push(...controlRegressions(target, evaluation));
  }
  const shrunk = new Set(regressions.filter(({ kind }) => kind === 'fewer-tests').map(({ target }) => target));
  for (const [asset, { on }] of Object.entries(accepted.assets)) {
    if (scope.assets && !scope.assets.includes(asset)) continue;
    const pairs = evaluation.pairs.filter((pair) => pair.asset === asset);
    if (pairs.length === 0 && evaluation.pairs.length > 0)
      regressions.push({ kind: 'asset-vanished', asset, cause: 'It is evaluated no more.', reproduce: reproduce() });
    for (const pair of pairs) {
      const { target } = pair;
      const before = on[target];
      // That the target has fewer tests is told once.
      const slack = shrunk.has(target) ? Infinity : slackOf(accepted.targets[target], now.get(target));
      if (before) regressions.push(...pairRegressions(before, pair, slack));
    }
  }
  const own = evaluation.pairs.filter(({ kind }) => kind !== 'control');
  const isAccepted = ({ asset, target }: PairResult): boolean => accepted.assets[asset]?.on[target] !== undefined;
  return {
    ...{ scenario: accepted.scenario, accepted: accepted.evaluation, regressions },
    compared: own.filter(isAccepted).length,
    unaccepted: own.filter((pair) => !isAccepted(pair)).map(({ target, asset }) => ({ target, asset })),
  };
}

type Found = Pick<Regression, 'kind' | 'cause'>;

function targetRegressions(
  target: string,
  before: AcceptedTarget,
  { unusable }: Evaluation,
  now: AcceptedTarget | undefined,
): Found[] {
  const why = unusable.find((each) => each.target === target);
  if (why) return [{ kind: 'target-unusable', cause: `${why.code}: ${why.message}` }];
  if (!now) return [{ kind: 'target-vanished', cause: 'It is evaluated no more.' }];
  if (before.tests - now.tests <= slackOf(before, now)) return [];
  const other = before.version === now.version ? '' : `, of ${before.version} where it is ${now.version} now`;
  return [{ kind: 'fewer-tests', cause: `${now.tests} of its tests judge, ${before.tests} are accepted${other}.` }];
}

/** Tests that judge no more, as they are not stable here: the machine is another one, and nothing got worse. */
const slackOf = (before: AcceptedTarget | undefined, now: AcceptedTarget | undefined): number =>
  (now?.quarantined ?? []).filter((id) => !before?.quarantined?.includes(id)).length;

function controlRegressions(target: string, { pairs }: Evaluation): Regression[] {
  return pairs
    .filter((pair) => pair.kind === 'control' && pair.target === target && pair.verdict === 'failed')
    .map((pair) => ({
      ...{ kind: 'control-not-caught', target, asset: pair.asset, reproduce: pair.reproduce },
      cause: pair.causes.map(({ message }) => message).join(' '),
    }));
}

function pairRegressions(before: AcceptedPair, pair: PairResult, slack: number): Regression[] {
  const { target, asset, reproduce, tests, files } = pair;
  const found: Found[] = [];
  const add = (kind: Found['kind'], cause: string): void => void found.push({ kind, cause });
  const more = brokenBy(pair).filter((id) => !before.broken?.includes(id));
  if (pair.verdict === 'failed') add('pair-fails', pair.causes.map(({ message }) => message).join(' '));
  else {
    if (more.length > 0)
      add(
        'newly-failing',
        `${counted(more.length, 'test')} more fail after it, ${JSON.stringify(more[0])} among them.`,
      );
    if (before.kept - tests.kept - more.length > slack)
      add('fewer-tests-kept', `${tests.kept} tests are kept, ${before.kept} are accepted.`);
    if (files.changed < before.changed)
      add('fewer-files-changed', `It changes ${counted(files.changed, 'file')}, ${before.changed} are accepted.`);
  }
  return found.map((each) => ({ ...each, target, asset, reproduce }));
}
