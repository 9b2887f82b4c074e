import { type EvaluatedAsset, libraryAsset, ruleAsset } from '@codex-orch/eval-harness';
import {
  type Asset,
  AssetNotRunnableError,
  type AssetOptions,
  digestModule,
  type LoadedIndex,
  locateModule,
  packagesBehind,
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
 * The codemods and rules among these assets, with their options; templates are passed over.
 *
 * Throws `AssetNotRunnableError`, `AssetNotInstalledError`, `ModuleUnreadableError` and `OptionsInvalidError`.
 */
export async function evaluatedAssets(
  loaded: LoadedIndex,
  chosen: readonly Asset[],
  options: ReadonlyMap<string, AssetOptions>,
): Promise<readonly IndexedAsset[]> {
  const found: IndexedAsset[] = [];
  for (const asset of chosen.filter(({ kind }) => kind !== 'template'))
    found.push(await (asset.kind === 'codemod' ? codemod : rule)(loaded, asset, options.get(asset.id)));
  return found;
}

async function codemod(loaded: LoadedIndex, asset: Asset, options?: AssetOptions): Promise<IndexedAsset> {
  const [runnable] = await runnableAssets(loaded, [asset.id]);
  if (!runnable) throw new Error(`${asset.id} was not found a second time`);
  return { asset, sha256: runnable.sha256, evaluated: await libraryAsset(runnable, options) };
}

async function rule({ folder }: LoadedIndex, asset: Asset, options?: AssetOptions): Promise<IndexedAsset> {
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
  const found = await ruleLinter(id, located.module, options);
  if (!found) throw new AssetNotRunnableError(id, `${asset.package} has no rule of this name`, 'Mend the index.');
  const digest = [sha256, found.runBy, ...(await packagesBehind(located.module))].join(' ');
  return {
    asset,
    sha256,
    evaluated: ruleAsset({ id, version, digest, options }, found.linter),
  };
}
