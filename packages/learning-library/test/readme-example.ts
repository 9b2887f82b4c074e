import { applyAssets, loadIndex, rollbackApplication, runnableAssets } from '../src/index.js';

/** Applies a codemod of an index to a repository, and takes it back unless every place could be changed. */
export async function modernise(root: string, indexFile: string, id: string): Promise<string> {
  const assets = await runnableAssets(await loadIndex(indexFile), [id]);
  const { id: application, changed, declined, failures } = await applyAssets({ root, assets, paths: ['src'] });
  if (application === undefined) return 'nothing to do';
  const open = [
    ...declined.map(({ path, line, message }) => `${path}:${line} ${message}`),
    ...failures.map(({ path, message }) => `${path} ${message}`),
  ];
  if (open.length === 0) return `${changed.length} files changed by ${application}`;
  const { restored } = await rollbackApplication({ root, application });
  return `${restored.length} files restored, because of ${open.join(', ')}`;
}
