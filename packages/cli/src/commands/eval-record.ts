import type { Evaluation } from '@codex-orch/eval-harness';
import { type Asset, digestModule, type IndexChange, locateModule, saveIndex } from '@codex-orch/learning-library';
import { EvaluatedCodeChangedError } from '../errors.js';
import type { IndexedAsset } from './eval-assets.js';
import type { OpenIndex } from './patterns-index.js';

type Recorded = Pick<Asset, 'proof' | 'evaluation'>;

/**
 * Writes a passed evaluation into the index: what each asset changed where, and how many tests held. Approvals and statuses are for people.
 *
 * Throws {@link EvaluatedCodeChangedError}, and what `saveIndex` throws.
 */
export async function recordEvaluation(
  { file, folder }: Pick<OpenIndex, 'file' | 'folder'>,
  evaluation: Evaluation,
  assets: readonly IndexedAsset[],
): Promise<void> {
  for (const { asset, sha256 } of assets)
    if ((await digestModule((await locateModule(asset, folder)).module)) !== sha256)
      throw new EvaluatedCodeChangedError(asset.id);
  const records = new Map(assets.map((one) => [one.asset.id, { ...one, record: recordOf(evaluation, one) }]));
  await saveIndex(file, (index) =>
    index.assets.flatMap(({ id, version }, at): IndexChange[] => {
      const found = records.get(id);
      if (!found) return [];
      if (found.asset.version !== version) throw new EvaluatedCodeChangedError(id);
      return [
        { path: ['assets', at, 'proof'], value: found.record.proof },
        { path: ['assets', at, 'evaluation'], value: found.record.evaluation },
      ];
    }),
  );
}

/** An asset that changed nothing passed too, and its counts say so. */
function recordOf({ pairs, baselines, finishedAt: at }: Evaluation, { asset, sha256 }: IndexedAsset): Recorded {
  const own = pairs.filter((pair) => pair.asset === asset.id && pair.kind !== 'control');
  const changed = own.filter(({ files }) => files.changed > 0);
  const of = { version: asset.version, assetSha256: sha256 };
  const nameOf = (target: string): string =>
    [target, ...baselines.filter((one) => one.target === target).map(({ version }) => version)].join('@');
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return {
    proof: changed.map(({ target, tests, files }) => ({
      target: nameOf(target),
      ...of,
      testsKept: tests.kept,
      testsTotal: tests.total,
      changedFiles: files.changed,
      at,
    })),
    evaluation: {
      ...of,
      passed: own.length > 0 && own.every(({ verdict }) => verdict === 'passed'),
      at,
      targets: own.length,
      changedTargets: changed.length,
      changedFiles: sum(own.map(({ files }) => files.changed)),
      declined: sum(own.map(({ declined }) => declined.length)),
      ...(asset.kind === 'rule' && { findings: sum(own.map(({ findings }) => findings?.before ?? 0)) }),
    },
  };
}
