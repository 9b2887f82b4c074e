import type { Evaluation } from '../evaluation/evaluation.js';
import type { PairResult } from '../scenario/pair-result.js';
import type { AcceptedBaseline, AcceptedPair, AcceptedTarget } from './accepted-baseline.js';
import { NotAcceptableError } from './errors.js';

/** What later evaluations of the same scenario are measured by. Throws {@link NotAcceptableError}. */
export function acceptEvaluation(evaluation: Evaluation): AcceptedBaseline {
  const { id, scenario, verdict, environment, pairs } = evaluation;
  if (scenario === undefined)
    throw new NotAcceptableError(
      id,
      'it is of chosen targets or assets, and of no whole scenario.',
      'Run `codex-orch eval run` with a scenario of evaluation/scenarios, without --target and --asset.',
    );
  if (verdict === 'failed')
    throw new NotAcceptableError(
      id,
      'it failed.',
      'Mend or retire what failed, or take out the target, and run again.',
    );
  const assets: AcceptedBaseline['assets'] = {};
  for (const pair of pairs.filter(({ kind }) => kind !== 'control'))
    (assets[pair.asset] ??= { version: pair.assetVersion, on: {} }).on[pair.target] = acceptedPair(pair);
  return {
    $schema: '../../node_modules/@codex-orch/eval-harness/schemas/baseline.json',
    ...{ schemaVersion: 1, scenario, evaluation: id, node: environment.node },
    targets: Object.fromEntries(targetsOf(evaluation)),
    assets,
  };
}

const acceptedPair = (pair: PairResult): AcceptedPair => {
  const broken = brokenBy(pair);
  return { changed: pair.files.changed, kept: pair.tests.kept, ...(broken.length > 0 && { broken: [...broken] }) };
};

/** Tests that passed before an asset was applied, and do not after. */
export const brokenBy = ({ tests }: PairResult): readonly string[] => [...tests.newlyFailing, ...tests.missing].sort();

/** What is to be known of each usable target, by its name. */
export function targetsOf({ baselines, pairs }: Evaluation): Map<string, AcceptedTarget> {
  return new Map(
    baselines.map(({ target, version, quarantined }) => {
      // A pair that never came to its tests has none.
      const tests = Math.max(0, ...pairs.filter((pair) => pair.target === target).map((pair) => pair.tests.total));
      return [target, { version, tests, ...(quarantined.length > 0 && { quarantined }) }];
    }),
  );
}
