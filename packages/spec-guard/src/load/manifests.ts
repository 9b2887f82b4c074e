import type { ChangeEntry } from '../git/change-entry.js';
import { type GitPath, textOf } from '../git/git-path.js';
import { addedDependencies, isManifest } from '../policy/added-dependencies.js';
import { limits } from './limits.js';
import type { SourceReader } from './source-reader.js';

/** The dependencies that changed package manifests gained, by the manifest's path. */
export async function readAddedDependencies(
  reader: SourceReader,
  entries: readonly ChangeEntry[],
): Promise<ReadonlyMap<GitPath, readonly string[]>> {
  const manifests = entries.filter(({ path, status }) => status !== 'deleted' && isManifest(textOf(path)));
  return new Map(
    await Promise.all(
      manifests.map(async (entry) => {
        const { path, from = path, before } = entry;
        const [old, young] = await Promise.all([
          reader.read(from, before, limits.manifest),
          reader.read(path, entry, limits.manifest),
        ]);
        return [path, addedDependencies(textOf(path), old?.text, young?.text)] as const;
      }),
    ),
  );
}
