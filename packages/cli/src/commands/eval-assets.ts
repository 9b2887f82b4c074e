import { type EvaluatedAsset, libraryAsset, ruleAsset } from '@codex-orch/eval-harness';
import {
  type Asset,
  AssetNotRunnableError,
  digestModule,
  findAsset,
  type LoadedIndex,
  locateModule,
  runnableAssets,
} from '@codex-orch/learning-library';
import { ruleLinter } from './eval-rule.js';

/** An asset of an index, ready to be evaluated. */
export interface IndexedAsset {
  readonly asset: Asset;
  readonly sha256: string;
  readonly evaluated: EvaluatedAsset;
}

/**
 * The codemods and rules with these ids, or all of the index that are not retired; templates among the ids are passed over.
 *
 * Throws `UnknownAssetError`, `AssetNotRunnableError`, `AssetNotInstalledError` and `ModuleUnreadableError`.
 */
export async function evaluatedAssets(
  loaded: LoadedIndex,
  ids: readonly string[] | undefined,
): Promise<readonly IndexedAsset[]> {
  const chosen = ids
    ? [...new Set(ids)].map((id) => findAsset(loaded.index, id))
    : loaded.index.assets.filter(({ status }) => status !== 'retired');
  const found: IndexedAsset[] = [];
  for (const asset of chosen.filter(({ kind }) => kind !== 'template'))
    found.push(await (asset.kind === 'codemod' ? codemod : rule)(loaded, asset));
  return found;
}

async function codemod(loaded: LoadedIndex, asset: Asset): Promise<IndexedAsset> {
  const [runnable] = await runnableAssets(loaded, [asset.id]);
  if (!runnable) throw new Error(`${asset.id} was not found a second time`);
  return { asset, sha256: runnable.sha256, evaluated: libraryAsset(runnable) };
}

async function rule({ folder }: LoadedIndex, asset: Asset): Promise<IndexedAsset> {
  const { id, version, status } = asset;
  if (status === 'retired') throw new AssetNotRunnableError(id, 'it is retired', 'Look for another one.');
  const located = await locateModule(asset, folder);
  if (located.version !== undefined && located.version !== version && !asset.package.startsWith('./'))
    throw new AssetNotRunnableError(
      id,
      `the index has version ${version}, and ${located.version} of ${asset.package} is installed`,
      'Install the version that the index names, or bring the index up to date.',
    );
  const sha256 = await digestModule(located.module);
  const found = await ruleLinter(id, located.module);
  if (!found) throw new AssetNotRunnableError(id, `${asset.package} has no rule of this name`, 'Mend the index.');
  return {
    asset,
    sha256,
    evaluated: ruleAsset({ id, version, digest: `${sha256} ${found.runBy}` }, found.linter),
  };
}
