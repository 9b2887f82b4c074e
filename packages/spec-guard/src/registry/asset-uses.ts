import { guardPaths } from '../check/guard-paths.js';
import { editRegistry } from './edit-registry.js';
import type { AssetUse, Registry } from './registry.js';
import { findTask } from './tasks.js';

/** A use of an asset, with the task that it was used for. */
export interface TaskAssetUse extends AssetUse {
  readonly task: string;
}

const isSame = (a: AssetUse, b: AssetUse): boolean =>
  a.id === b.id && a.version === b.version && a.run === b.run && a.application === b.application;

/**
 * Notes in a registry's text which assets were used for a task. What is noted already is not noted again.
 *
 * Throws `EntryUnknownError` and `RegistryBrokenError`.
 */
export function addAssetUses(text: string, task: string, uses: readonly AssetUse[]): string {
  return editRegistry(guardPaths.index, text, (registry) => {
    const found = findTask(registry, task);
    const { assets = [] } = found;
    const added = uses.reduce<readonly AssetUse[]>(
      (news, use) => ([...assets, ...news].some((other) => isSame(other, use)) ? news : [...news, use]),
      [],
    );
    const list = ['items', registry.items.indexOf(found), 'assets'];
    if (added.length === 0) return [];
    // The field may be missing, and then there is no list to append to.
    if (found.assets === undefined) return [{ path: list, value: added }];
    return added.map((use) => ({ path: [...list, -1], value: use }));
  });
}

/** Takes out of a registry's text what an application noted, as it was rolled back. Throws `RegistryBrokenError`. */
export function removeAssetUses(text: string, application: string): string {
  return editRegistry(guardPaths.index, text, ({ items }) =>
    items.flatMap(({ assets = [] }, at) => {
      const list = ['items', at, 'assets'];
      const gone = assets.flatMap((use, index) => (use.application === application ? [index] : []));
      if (gone.length > 0 && gone.length === assets.length) return [{ path: list, value: undefined }];
      // The last first, as each that goes moves those behind it.
      return gone.reverse().map((index) => ({ path: [...list, index], value: undefined }));
    }),
  );
}

/** Where an asset was used, or all of them, in the order of the tasks. */
export const usesOfAsset = ({ items }: Registry, id?: string): readonly TaskAssetUse[] =>
  items.flatMap(({ id: task, assets = [] }) =>
    assets.filter((use) => id === undefined || use.id === id).map((use) => ({ ...use, task })),
  );
