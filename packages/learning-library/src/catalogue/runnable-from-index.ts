import { findAsset, type LoadedIndex } from './load-index.js';
import { AssetNotRunnableError } from './errors.js';
import { locateModule } from './locate-module.js';
import { digestModule } from './module-digest.js';
import type { RunnableAsset } from './runnable-asset.js';

/**
 * The codemods with these ids, ready to be applied.
 *
 * Throws `UnknownAssetError`, {@link AssetNotRunnableError} for rules, templates, what is retired and what is installed in another version, `AssetNotInstalledError` and
 * `ModuleUnreadableError`.
 */
export async function runnableAssets({ index, folder }: LoadedIndex, ids: readonly string[]): Promise<RunnableAsset[]> {
  const runnable: RunnableAsset[] = [];
  for (const id of ids) {
    const asset = findAsset(index, id);
    if (asset.kind !== 'codemod')
      throw new AssetNotRunnableError(id, `it is a ${asset.kind}`, 'Only codemods can be applied.');
    if (asset.status === 'retired') {
      const next = index.assets.find((other) => other.supersedes.includes(id));
      throw new AssetNotRunnableError(
        id,
        'it is retired',
        next ? `Apply ${next.id} instead.` : 'Look for another one.',
      );
    }
    const { module, version } = await locateModule(asset, folder);
    if (version !== undefined && version !== asset.version && !asset.package.startsWith('./'))
      throw new AssetNotRunnableError(
        id,
        `the index has version ${asset.version}, and ${version} of ${asset.package} is installed`,
        'Install the version that the index names, or bring the index up to date and have it proven again.',
      );
    runnable.push({
      id,
      version: asset.version,
      module,
      sha256: await digestModule(module),
      prefilter: asset.prefilter,
      languages: asset.languages,
      idempotent:
        (asset.fixtures?.kinds.idempotent ?? 0) > 0 || asset.fixtures?.derived.includes('idempotent') === true,
      optionsSchema: asset.optionsSchema,
    });
  }
  return runnable;
}
