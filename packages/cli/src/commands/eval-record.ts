import type { Evaluation, PairResult } from '@codex-orch/eval-harness';
import { type Asset, digestModule, type IndexChange, locateModule, saveIndex } from '@codex-orch/learning-library';
import { EvaluatedCodeChangedError } from '../errors.js';
import type { IndexedAsset } from './eval-assets.js';
import type { OpenIndex } from './patterns-index.js';

type Recorded = Pick<Asset, 'proof' | 'evaluation'>;

/** An asset whose evaluation is recorded, and its code as it was evaluated. */
export type RecordedAsset = Pick<IndexedAsset, 'asset' | 'sha256'>;

/**
 * Writes a passed evaluation into the index: what each asset changed where, and how many tests held. Approvals and statuses are for people.
 * Templates that were not evaluated are left as they are. Gives the ids of what was recorded.
 *
 * Throws {@link EvaluatedCodeChangedError}, and what `saveIndex` throws.
 */
export const recordEvaluation = (
  index: Pick<OpenIndex, 'file' | 'folder'>,
  evaluation: Evaluation,
  assets: readonly RecordedAsset[],
): Promise<readonly string[]> => record(index, evaluation, assets, () => true);

/**
 * Writes of a failed evaluation into the index which assets have failed, so that they are offered no more. What else it found proves
 * nothing, and is left out: a target may be missing, or its tests may see nothing. Gives the ids of what was recorded.
 *
 * Throws what {@link recordEvaluation} throws.
 */
export const recordFailures = (
  index: Pick<OpenIndex, 'file' | 'folder'>,
  evaluation: Evaluation,
  assets: readonly RecordedAsset[],
): Promise<readonly string[]> => record(index, evaluation, assets, ({ evaluation: found }) => found?.passed === false);

async function record(
  { file, folder }: Pick<OpenIndex, 'file' | 'folder'>,
  evaluation: Evaluation,
  assets: readonly RecordedAsset[],
  isWanted: (record: Recorded) => boolean,
): Promise<readonly string[]> {
  const records = new Map<string, RecordedAsset & { readonly record: Recorded }>();
  for (const one of assets) {
    const found = one.asset.kind === 'template' ? ofTemplate(evaluation, one) : ofPairs(evaluation, one);
    if (found && isWanted(found)) records.set(one.asset.id, { ...one, record: found });
  }
  for (const { asset, sha256 } of records.values())
    if ((await digestModule((await locateModule(asset, folder)).module)) !== sha256)
      throw new EvaluatedCodeChangedError(asset.id);
  if (records.size === 0) return [];
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
  return [...records.keys()];
}

/** An asset that changed nothing passed too, and its counts say so. One that failed anywhere has no proof. */
function ofPairs({ pairs, baselines, finishedAt: at }: Evaluation, { asset, sha256 }: RecordedAsset): Recorded {
  const own = pairs.filter((pair) => pair.asset === asset.id && pair.kind !== 'control');
  const changed = own.filter(({ files }) => files.changed > 0);
  const failedOn = own.filter(hasFailed).map(({ target }) => target);
  const of = { version: asset.version, assetSha256: sha256 };
  const nameOf = (target: string): string =>
    [target, ...baselines.filter((one) => one.target === target).map(({ version }) => version)].join('@');
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const proof = changed.map(({ target, tests, files }) => ({
    target: nameOf(target),
    ...of,
    testsKept: tests.kept,
    testsTotal: tests.total,
    changedFiles: files.changed,
    at,
  }));
  return {
    proof: failedOn.length === 0 ? proof : [],
    evaluation: {
      ...of,
      passed: own.length > 0 && failedOn.length === 0,
      at,
      ...(failedOn.length > 0 && { failedOn }),
      targets: own.length,
      changedTargets: changed.length,
      changedFiles: sum(own.map(({ files }) => files.changed)),
      declined: sum(own.map(({ declined }) => declined.length)),
      ...(asset.kind === 'rule' && { findings: sum(own.map(({ findings }) => findings?.before ?? 0)) }),
    },
  };
}

/** What could not be evaluated, as the machine or the target was in the way, is no fault of the asset. */
const hasFailed = ({ verdict, causes }: PairResult): boolean =>
  verdict === 'failed' && causes.some(({ kind }) => kind !== 'error');

/** A template proves nothing on a target: it is rendered, and what reads its files takes them. */
function ofTemplate({ templates, finishedAt: at }: Evaluation, { asset, sha256 }: RecordedAsset): Recorded | undefined {
  const own = templates.find(({ template, verdict }) => template === asset.id && verdict !== 'not-evaluated');
  if (!own) return undefined;
  const { verdict, examples, fixtures, files, unread } = own;
  const of = { version: asset.version, assetSha256: sha256, passed: verdict === 'passed', at };
  return { proof: [], evaluation: { ...of, targets: 0, examples, fixtures, files, unread } };
}
