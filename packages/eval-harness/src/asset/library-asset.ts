import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { removeTree } from '@codex-orch/core';
import {
  applyAssets,
  type AssetOptions,
  packagesBehindCodemod,
  rollbackApplication,
  type RunnableAsset,
} from '@codex-orch/learning-library';
import type { EvaluatedAsset } from './asset.js';
import { makePlainRepository } from './plain-repository.js';

/**
 * An asset of the learning library, applied and taken back by the library: the way its users take. Its digest changes with the packages
 * that it runs with too, such as a parser that is upgraded.
 *
 * Throws `ModuleUnreadableError`.
 */
export async function libraryAsset(asset: RunnableAsset, options: AssetOptions = {}): Promise<EvaluatedAsset> {
  const packages = await packagesBehindCodemod(asset.module);
  return {
    id: asset.id,
    kind: 'codemod',
    version: asset.version,
    digest: [asset.sha256, JSON.stringify(options), ...packages].join(' '),
    options,
    async apply(folder, files, signal) {
      // What the library would find out too, after a repository was made for it.
      if (!mayChange(asset, folder, files)) return { matched: 0, changes: 0, declined: [], failed: [] };
      // The second application of a pair finds the one that the first made.
      if (!existsSync(path.join(folder, '.git'))) await makePlainRepository(folder, files);
      const result = await applyAssets({
        root: folder,
        assets: [asset],
        paths: files,
        options: { [asset.id]: options },
        // What was found about the text before says nothing about the time and the declined places of this run.
        cache: false,
        // Other targets are worked on meanwhile, and each process has to load the codemod first.
        limits: { lanes: 1 },
        signal,
      });
      signal?.throwIfAborted();
      const { id } = result;
      return {
        matched: result.examined,
        // The library knows files, and not how many places of each.
        changes: result.changed.length,
        declined: result.declined.map(({ path: file, line, column, reason }) => ({ path: file, line, column, reason })),
        failed: result.failures.map(({ path: file, message }) => ({ path: file, message })),
        ...(id !== undefined && {
          rollback: async () => {
            await rollbackApplication({ root: folder, application: id, signal });
          },
        }),
        close: async () => {
          for (const name of ['.git', '.runs']) await removeTree(path.join(folder, name));
        },
      };
    },
  };
}

/** Not asynchronous: hundreds of small files take a third of the time. */
function mayChange({ prefilter }: RunnableAsset, folder: string, files: readonly string[]): boolean {
  if (prefilter.length === 0) return true;
  return files.some((file) => {
    const content = readFileSync(path.join(folder, file));
    return prefilter.some((text) => content.includes(text));
  });
}
