import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isolatedEnvironment, removeTree, runChecked } from '@codex-orch/core';
import {
  applyAssets,
  type AssetOptions,
  packagesBehindCodemod,
  rollbackApplication,
  type RunnableAsset,
} from '@codex-orch/learning-library';
import type { EvaluatedAsset } from './asset.js';

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
      if (!(await mayChange(asset, folder, files))) return { matched: 0, changes: 0, declined: [], failed: [] };
      // The second application of a pair finds the one that the first made.
      if (!existsSync(path.join(folder, '.git'))) await makeRepository(folder, files, signal);
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

async function mayChange({ prefilter }: RunnableAsset, folder: string, files: readonly string[]): Promise<boolean> {
  if (prefilter.length === 0) return true;
  for (const file of files) {
    const content = await readFile(path.join(folder, file));
    if (prefilter.some((text) => content.includes(text))) return true;
  }
  return false;
}

/** No repository lives long enough here to be tidied up. */
const settings = ['core.autocrlf=false', 'core.hooksPath=/dev/null', 'gc.auto=0', 'maintenance.auto=false'];

/** The library works on repositories that have a commit, and on what git knows. */
async function makeRepository(
  folder: string,
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = 'codex-orch';
  const who = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, name],
    [`GIT_${role}_EMAIL`, ''],
  ]);
  const env = { ...isolatedEnvironment(process.env), ...(Object.fromEntries(who) as Record<string, string>) };
  const git = (args: readonly string[], input?: string): Promise<unknown> =>
    runChecked('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
      cwd: folder,
      env,
      input,
      signal,
    });
  await git(['init', '--quiet', '--template=']);
  await git(['update-index', '--add', '-z', '--stdin'], files.map((file) => `${file}\0`).join(''));
  await git(['commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'The target']);
}
